//! Echo and daytime, over a real connection.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::running::{HANG, Running, rest};

#[tokio::test]
async fn echo_gives_back_octet_for_octet_what_came() {
    let server = Running::new("echo").await;
    let mut stream = server.connect().await;
    // There is no line end in the first: the octets come back all the same.
    for octets in [&b"1"[..], b"\0\xff\r", b"\n\n"] {
        stream.write_all(octets).await.unwrap();
        let mut back = vec![0; octets.len()];
        let read = timeout(HANG, stream.read_exact(&mut back)).await;
        read.expect("the echo comes").unwrap();
        assert_eq!(back, octets);
    }
    stream.shutdown().await.unwrap();
    assert_eq!(rest(&mut stream).await, b"");
    assert_eq!(server.events(), [""; 0]);
}

#[tokio::test]
async fn echo_gives_back_more_than_any_buffer_holds() {
    let server = Running::new("echo").await;
    let (mut from, mut to) = server.connect().await.into_split();
    let octets: Vec<u8> = (0..8u32 << 20).map(|at| (at % 251) as u8).collect();
    let sent = octets.clone();
    let sending = tokio::spawn(async move {
        to.write_all(&sent).await.unwrap();
        to.shutdown().await.unwrap();
    });
    let mut back = Vec::new();
    let read = timeout(HANG, from.read_to_end(&mut back)).await;
    read.expect("the server closes").unwrap();
    sending.await.unwrap();
    assert!(back == octets);
}

#[tokio::test]
async fn daytime_says_one_line_and_closes_whatever_comes() {
    let server = Running::new("daytime").await;
    for question in [&b""[..], b"what time is it?\n", &[0xff; 100_000]] {
        let mut stream = server.connect().await;
        stream.write_all(question).await.unwrap();
        let line = String::from_utf8(rest(&mut stream).await).unwrap();
        let words: Vec<&str> = line.trim_end().split(' ').collect();
        assert_eq!(words.len(), 5, "{line:?}");
        assert!(line.ends_with("-UTC\r\n"), "{line:?}");
        assert_eq!(line.matches('\n').count(), 1, "{line:?}");
    }
    assert_eq!(server.events(), [""; 0]);
}
