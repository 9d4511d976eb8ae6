//! `connect`, as a library.

use proto::{Family, all};
use sumcli::{ConnectError, Service, connect};
use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::running::{HANG, Running, behaving, to_the_end};

#[tokio::test]
async fn lines_go_in_and_sums_come_out_in_every_encoding() {
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        let server = Running::new(encoding.name()).await;
        let stream = TcpStream::connect(server.addr).await.unwrap();
        let (mut output, mut complaints) = (Vec::new(), Vec::new());
        let input = &b"1 2\nx y\n +40 2 and so on\n\n-22 -77"[..];
        let complain = |words: &str| complaints.push(words.to_owned());
        connected(
            Service::Sum(*encoding),
            stream,
            input,
            &mut output,
            complain,
        )
        .await
        .unwrap();
        assert_eq!(
            String::from_utf8(output).unwrap(),
            "3\n42\n-99\n",
            "{}",
            encoding.name()
        );
        assert_eq!(
            complaints,
            ["invalid input: x y", "invalid input: "],
            "{}",
            encoding.name()
        );
    }
}

#[tokio::test]
async fn refusals_are_printed_in_words() {
    for (name, words) in [("text", "input error\n"), ("network", "overflow\n")] {
        let server = Running::new(name).await;
        let stream = TcpStream::connect(server.addr).await.unwrap();
        let mut output = Vec::new();
        let input = &b"9223372036854775807 1\n"[..];
        connected(
            Service::named(name).unwrap(),
            stream,
            input,
            &mut output,
            |_| {},
        )
        .await
        .unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), words);
    }
}

#[tokio::test]
async fn more_is_piped_through_than_any_buffer_holds() {
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.family() != Family::Raw)
        .take(1)
    {
        let server = Running::new(encoding.name()).await;
        let stream = TcpStream::connect(server.addr).await.unwrap();
        let count = 200_000;
        let input = "9000000000000000000 1\n".repeat(count);
        let mut output = Vec::new();
        connected(
            Service::Sum(*encoding),
            stream,
            input.as_bytes(),
            &mut output,
            |_| {},
        )
        .await
        .unwrap();
        assert_eq!(output.len(), "9000000000000000001\n".len() * count);
    }
}

#[tokio::test]
async fn a_server_that_closes_is_noticed_without_another_line() {
    let addr = behaving(|mut stream| async move {
        let mut line = [0; 4];
        stream.read_exact(&mut line).await.unwrap();
        stream.write_all(b"3\n").await.unwrap();
    })
    .await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let (mut typed, input) = tokio::io::duplex(64);
    typed.write_all(b"1 2\n").await.unwrap();
    let mut output = Vec::new();
    let text = Service::named("text").unwrap();
    let ended = connected(text, stream, BufReader::new(input), &mut output, |_| {}).await;
    assert!(
        matches!(ended, Err(ConnectError::Closed { unanswered: 0 })),
        "{ended:?}"
    );
    assert_eq!(output, b"3\n");
    drop(typed);
}

#[tokio::test]
async fn replies_still_come_after_the_end_of_the_input() {
    let addr = behaving(|mut stream| async move {
        to_the_end(&mut stream).await;
        stream.write_all(b"3\n-99\n").await.unwrap();
    })
    .await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let mut output = Vec::new();
    connect(
        Service::named("text").unwrap(),
        stream,
        None,
        &b"1 2\n-22 -77\n"[..],
        &mut output,
        |_| {},
    )
    .await
    .unwrap();
    assert_eq!(output, b"3\n-99\n");
}

#[tokio::test]
async fn replies_that_never_come_are_counted() {
    let addr = behaving(|mut stream| async move {
        to_the_end(&mut stream).await;
        stream.write_all(b"3\n").await.unwrap();
    })
    .await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let mut output = Vec::new();
    let ended = connect(
        Service::named("text").unwrap(),
        stream,
        None,
        &b"1 2\n3 4\n"[..],
        &mut output,
        |_| {},
    )
    .await;
    assert!(
        matches!(ended, Err(ConnectError::Closed { unanswered: 1 })),
        "{ended:?}"
    );
    assert_eq!(output, b"3\n");
}

#[tokio::test]
async fn a_reply_in_another_encoding_is_an_error() {
    let addr = behaving(|mut stream| async move {
        stream.write_all(b"what?\n").await.unwrap();
        to_the_end(&mut stream).await;
    })
    .await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let mut output = Vec::new();
    let ended = connect(
        Service::named("text").unwrap(),
        stream,
        None,
        &b"1 2\n"[..],
        &mut output,
        |_| {},
    )
    .await;
    assert!(matches!(ended, Err(ConnectError::Garbled)), "{ended:?}");
}

#[tokio::test]
async fn a_sum_is_there_before_the_next_line_is_typed() {
    let server = Running::new("msgpack").await;
    let stream = TcpStream::connect(server.addr).await.unwrap();
    let (mut typed, input) = tokio::io::duplex(64);
    let (output, shown) = tokio::io::duplex(64);
    let msgpack = Service::named("msgpack").unwrap();
    let connected = tokio::spawn(async move {
        connect(msgpack, stream, None, BufReader::new(input), output, |_| {}).await
    });
    let mut shown = BufReader::new(shown).lines();
    for number in 0..10 {
        typed
            .write_all(format!("{number} 1\n").as_bytes())
            .await
            .unwrap();
        assert_eq!(
            shown.next_line().await.unwrap(),
            Some(format!("{}", number + 1))
        );
    }
    drop(typed);
    connected.await.unwrap().unwrap();
}

#[tokio::test]
async fn echo_gives_lines_back_and_the_last_one_an_end() {
    let server = Running::new("echo").await;
    let stream = TcpStream::connect(server.addr).await.unwrap();
    let (mut output, mut complaints) = (Vec::new(), Vec::new());
    let input = [&b"1 2\n\n\xff\0\n"[..], &[b'x'; 2000], b"\nlast"].concat();
    let complain = |words: &str| complaints.push(words.to_owned());
    connected(Service::Echo, stream, &input[..], &mut output, complain)
        .await
        .unwrap();
    assert_eq!(output, b"1 2\n\n\xff\0\nlast\n");
    assert_eq!(complaints, [format!("invalid input: {}", "x".repeat(1024))]);
}

#[tokio::test]
async fn daytime_comes_unasked_and_ends_with_the_stream() {
    let server = Running::new("daytime").await;
    let stream = TcpStream::connect(server.addr).await.unwrap();
    // Nobody types anything, and the input is not at its end.
    let (_typed, input) = tokio::io::duplex(64);
    let mut output = Vec::new();
    let input = BufReader::new(input);
    connected(Service::Daytime, stream, input, &mut output, |_| {})
        .await
        .unwrap();
    let line = String::from_utf8(output).unwrap();
    assert!(line.ends_with("-UTC\r\n"), "{line:?}");
}

#[tokio::test]
async fn a_daytime_server_that_says_nothing_has_closed_too_early() {
    let addr = behaving(|stream| async { drop(stream) }).await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let ended = connected(Service::Daytime, stream, &b""[..], &mut Vec::new(), |_| {}).await;
    assert!(
        matches!(ended, Err(ConnectError::Closed { unanswered: 1 })),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_reset_is_reported_with_the_requests_that_it_left_unanswered() {
    let addr = behaving(|mut stream| async move {
        stream.read_exact(&mut [0; 8]).await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let text = Service::named("text").unwrap();
    let (mut typed, input) = tokio::io::duplex(64);
    typed.write_all(b"1 2\n3 4\n").await.unwrap();
    let input = BufReader::new(input);
    let ended = connected(text, stream, input, &mut Vec::new(), |_| {}).await;
    assert_eq!(
        ended.unwrap_err().to_string(),
        "ECONNRESET: connection reset by peer; requests without a reply: 2"
    );
}

/// `connect`, which may take long but not for ever.
async fn connected(
    service: Service,
    stream: TcpStream,
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin,
    complain: impl FnMut(&str),
) -> Result<(), ConnectError> {
    let connected = connect(service, stream, None, input, output, complain);
    timeout(HANG, connected).await.expect("the client ends")
}
