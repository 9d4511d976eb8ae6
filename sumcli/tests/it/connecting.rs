//! `connect`, as a library.

use proto::{Encoding, Family, all, named};
use sumcli::{ConnectError, connect};
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
        connected(*encoding, stream, input, &mut output, complain)
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
        connected(named(name).unwrap(), stream, input, &mut output, |_| {})
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
        connected(*encoding, stream, input.as_bytes(), &mut output, |_| {})
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
    let text = named("text").unwrap();
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
        named("text").unwrap(),
        stream,
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
        named("text").unwrap(),
        stream,
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
async fn a_reply_in_another_encoding_is_told() {
    let addr = behaving(|mut stream| async move {
        stream.write_all(b"what?\n").await.unwrap();
        to_the_end(&mut stream).await;
    })
    .await;
    let stream = TcpStream::connect(addr).await.unwrap();
    let mut output = Vec::new();
    let ended = connect(
        named("text").unwrap(),
        stream,
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
    let msgpack = named("msgpack").unwrap();
    let connected = tokio::spawn(async move {
        connect(msgpack, stream, BufReader::new(input), output, |_| {}).await
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

/// `connect`, which may take long but not for ever.
async fn connected(
    encoding: &dyn Encoding,
    stream: TcpStream,
    input: impl AsyncBufRead + Unpin,
    output: impl AsyncWrite + Unpin,
    complain: impl FnMut(&str),
) -> Result<(), ConnectError> {
    let connected = connect(encoding, stream, input, output, complain);
    timeout(HANG, connected).await.expect("the client ends")
}
