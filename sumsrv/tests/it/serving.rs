//! Peers that break off, do not read, send too much, or are too many.

use std::{io::ErrorKind, time::Duration};

use sumsrv::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::running::{HANG, Running, ask, fill, rest};

#[tokio::test]
async fn a_connection_stays_open_after_a_refusal() {
    let server = Running::new("text").await;
    let mut stream = server.connect().await;
    assert_eq!(ask(&mut stream, "x\n").await, "input error\n");
    assert_eq!(
        ask(&mut stream, "9223372036854775807 1\n").await,
        "input error\n"
    );
    assert_eq!(ask(&mut stream, "1 2\n").await, "3\n");
}

#[tokio::test]
async fn a_request_cut_short_is_reported_before_the_connection_is_closed() {
    let server = Running::new("raw-packed").await;
    let mut stream = server.connect().await;
    let peer = stream.local_addr().unwrap();
    stream.write_all(&[0; 19 + 5]).await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(rest(&mut stream).await, [0; 8]);
    // The end of the stream was seen above, so the event must be there already.
    assert_eq!(server.events(), [format!("short raw-packed {peer} 5 19")]);
}

#[tokio::test]
async fn a_stream_that_ends_between_two_requests_is_not_short() {
    let server = Running::new("text").await;
    assert_eq!(server.exchange(b"").await, b"");
    assert_eq!(server.exchange(b"1 2\n").await, b"3\n");
    assert_eq!(server.events(), [""; 0]);
}

#[tokio::test]
async fn a_refusal_of_what_is_too_large_arrives_although_more_was_sent() {
    for (encoding, request, refusal) in [
        ("text", vec![b'1'; 300_000], b"input error\n".to_vec()),
        ("varint", vec![0xff; 300_000], vec![0, 0, 0, 1, 3]),
    ] {
        let server = Running::new(encoding).await;
        let mut stream = server.connect().await;
        stream.write_all(&request).await.unwrap();
        // Not by `exchange`, which half-closes: the server closes by itself, and without a reset.
        assert_eq!(rest(&mut stream).await, refusal, "{encoding}");
        assert_eq!(server.events(), [""; 0]);
    }
}

#[tokio::test]
async fn a_peer_that_is_refused_and_stays_is_left_after_a_while() {
    let limits = Limits {
        linger: Duration::from_millis(1),
        connections: 1,
        ..Limits::default()
    };
    let server = Running::limited("varint", limits).await;
    let mut stays = server.connect().await;
    stays.write_all(&[0xff; 4]).await.unwrap();
    assert_eq!(rest(&mut stays).await, [0, 0, 0, 1, 3]);
    // The only place is free again, although `stays` has not closed.
    assert_eq!(
        server.exchange(&[0, 0, 0, 2, 2, 4]).await,
        [0, 0, 0, 2, 0, 6]
    );
    drop(stays);
}

#[tokio::test]
async fn a_peer_that_does_not_read_is_not_read_from() {
    let server = Running::new("text").await;
    let deaf = server.connect().await;
    let mut other = server.connect().await;
    assert!(fill(&deaf, &mut other).await > 0);
}

#[tokio::test]
async fn those_over_the_limit_wait_until_somebody_leaves() {
    let server = Running::limited(
        "text",
        Limits {
            connections: 1,
            ..Limits::default()
        },
    )
    .await;
    let mut first = server.connect().await;
    assert_eq!(ask(&mut first, "1 2\n").await, "3\n");
    let mut second = server.connect().await;
    second.write_all(b"3 4\n").await.unwrap();
    for _ in 0..100 {
        assert_eq!(ask(&mut first, "1 2\n").await, "3\n");
    }
    let mut octet = [0];
    assert_eq!(
        second.try_read(&mut octet).unwrap_err().kind(),
        ErrorKind::WouldBlock
    );
    drop(first);
    let mut reply = [0; 2];
    timeout(HANG, second.read_exact(&mut reply))
        .await
        .expect("its turn comes")
        .unwrap();
    assert_eq!(&reply, b"7\n");
}

#[tokio::test]
async fn five_connections_that_end_at_once_leave_nothing_behind() {
    let server = Running::limited(
        "text",
        Limits {
            connections: 5,
            ..Limits::default()
        },
    )
    .await;
    for _ in 0..20 {
        let mut five = Vec::new();
        for _ in 0..5 {
            five.push(server.connect().await);
        }
        for stream in &mut five {
            assert_eq!(ask(stream, "1 2\n").await, "3\n");
        }
    }
    // If a place had not been given back, this connection would wait.
    assert_eq!(server.exchange(b"1 2\n").await, b"3\n");
}

#[tokio::test]
async fn a_reset_connection_harms_nobody_else() {
    let server = Running::new("text").await;
    let reset = |stream: TcpStream| {
        stream.set_zero_linger().unwrap();
        drop(stream);
    };
    // Once before the server has accepted it, and once in the middle of a request.
    reset(server.connect().await);
    let mut stream = server.connect().await;
    assert_eq!(ask(&mut stream, "1 2\n").await, "3\n");
    stream.write_all(b"1").await.unwrap();
    reset(stream);
    assert_eq!(server.exchange(b"1 2\n").await, b"3\n");
}
