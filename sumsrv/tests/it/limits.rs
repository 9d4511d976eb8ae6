//! What peers may not do for ever. The clock is paused once everything has been said, so nothing here waits.

use std::{io::ErrorKind, time::Duration};

use sumsrv::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, pause, sleep},
};

use crate::running::{Running, ask, rest};

#[tokio::test]
async fn a_peer_that_says_nothing_is_closed_after_the_idle_time() {
    for service in ["text", "echo"] {
        let limits = Limits {
            idle: Duration::from_secs(99),
            request: Duration::from_secs(9),
            ..Limits::default()
        };
        let server = Running::limited(service, limits).await;
        let mut stream = server.connect().await;
        ask(&mut stream, "1 2\n").await;
        assert_eq!(closed_after(&mut stream).await, 100, "{service}");
        assert_eq!(server.told(), [""; 0]);
    }
}

#[tokio::test]
async fn a_request_that_is_begun_and_not_finished_is_closed_after_its_time() {
    let limits = Limits {
        idle: Duration::from_secs(99),
        request: Duration::from_secs(9),
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let mut stream = server.connect().await;
    ask(&mut stream, "1 2\n").await;
    stream.write_all(b"3 ").await.unwrap();
    turn(&server).await;
    assert_eq!(closed_after(&mut stream).await, 10);
    // A stream that the server ended is none that the peer cut short.
    assert_eq!(server.told(), [""; 0]);
}

#[tokio::test]
async fn a_limit_may_be_longer_than_any_clock_runs() {
    let limits = Limits {
        idle: Duration::MAX,
        request: Duration::MAX,
        linger: Duration::MAX,
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let mut stream = server.connect().await;
    assert_eq!(ask(&mut stream, "1 2\n").await, "3\n");
    stream.write_all(b"1").await.unwrap();
    assert_eq!(ask(&mut stream, " 2\n").await, "3\n");
    stream.write_all(&[b'1'; 2000]).await.unwrap();
    assert_eq!(rest(&mut stream).await, b"input error\n");
}

#[tokio::test]
async fn an_octet_now_and_then_does_not_prolong_the_time_of_a_request() {
    let limits = Limits {
        request: Duration::from_secs(9),
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let mut slow = server.connect().await;
    slow.write_all(b"1").await.unwrap();
    turn(&server).await;
    pause();
    let begun = Instant::now();
    while open(&slow) {
        sleep(Duration::from_secs(1)).await;
        // Refused once the server has closed.
        let _ = slow.write_all(b"1").await;
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it is still served"
        );
    }
    let took = begun.elapsed().as_secs();
    assert!((5..=15).contains(&took), "{took}");
}

#[tokio::test]
async fn each_request_has_its_own_time() {
    let limits = Limits {
        request: Duration::from_secs(9),
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let mut stream = server.connect().await;
    stream.write_all(b"1 2").await.unwrap();
    turn(&server).await;
    pause();
    for _ in 0..5 {
        // Each octet pair ends a request and begins another, six seconds after the last.
        sleep(Duration::from_secs(6)).await;
        stream.write_all(b"\n1 2").await.unwrap();
        let mut reply = [0; 2];
        stream.read_exact(&mut reply).await.unwrap();
        assert_eq!(&reply, b"3\n");
    }
}

#[tokio::test]
async fn a_peer_that_does_not_read_its_replies_is_left_after_the_idle_time() {
    let limits = Limits {
        connections: 1,
        idle: Duration::from_secs(99),
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let deaf = server.connect().await;
    let requests = b"1 1\n".repeat(16 << 10);
    // The kernel takes its time to move what can be moved, most of all where others want to run.
    let mut moved = Instant::now();
    while moved.elapsed() < Duration::from_millis(100) {
        match deaf.try_write(&requests) {
            Ok(_) => moved = Instant::now(),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("{error}"),
        }
        tokio::task::yield_now().await;
    }
    let mut next = server.connect().await;
    next.write_all(b"1 2\n").await.unwrap();
    pause();
    let begun = Instant::now();
    let mut reply = [0; 2];
    // Its turn comes when the place is free, and not before.
    next.read_exact(&mut reply).await.unwrap();
    assert_eq!(&reply, b"3\n");
    assert_eq!(tens_since(begun), 100);
    drop(deaf);
}

#[tokio::test]
async fn replies_leave_in_portions_where_few_may_wait() {
    for (service, request, reply) in [
        ("text", "1 2\nx\n", "3\ninput error\n"),
        ("echo", "what?", "what?"),
    ] {
        let limits = Limits {
            unread: 1,
            ..Limits::default()
        };
        let server = Running::limited(service, limits).await;
        assert_eq!(
            server.exchange(request.repeat(2000).as_bytes()).await,
            reply.repeat(2000).as_bytes(),
            "{service}"
        );
    }
}

#[tokio::test]
async fn a_lower_cap_is_the_servers_own() {
    let limits = Limits {
        message: 6,
        ..Limits::default()
    };
    let server = Running::limited("text", limits).await;
    let mut stream = server.connect().await;
    assert_eq!(ask(&mut stream, "10 200\n").await, "210\n");
    stream.write_all(b"100 200").await.unwrap();
    assert_eq!(rest(&mut stream).await, b"input error\n");

    let server = Running::limited("json", limits).await;
    let mut stream = server.connect().await;
    stream.write_all(&[0, 0, 0, 7]).await.unwrap();
    let mut refusal = Vec::new();
    let too_large = proto::Reply::Refused(proto::Why::TooLarge);
    let json = proto::named("json").unwrap();
    json.encode_reply(too_large, &mut refusal).unwrap();
    assert_eq!(rest(&mut stream).await, refusal);
}

/// Returns when the server has read what was sent before.
async fn turn(server: &Running) {
    for _ in 0..3 {
        assert_eq!(server.exchange(b"1 2\n").await, b"3\n");
    }
}

/// The time by the paused clock until the server closes. No timer of the test's own runs meanwhile: it would be taken for the next one.
async fn closed_after(stream: &mut TcpStream) -> u64 {
    pause();
    let begun = Instant::now();
    let mut octets = Vec::new();
    stream.read_to_end(&mut octets).await.unwrap();
    assert_eq!(octets, b"");
    let took = tens_since(begun);
    tokio::time::resume();
    took
}

/// Rounded up to tens: the server's timer began a moment before the clock was paused, and on a busy machine moments are long.
fn tens_since(begun: Instant) -> u64 {
    begun.elapsed().as_secs().div_ceil(10) * 10
}

fn open(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0; 16]);
    read.is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
}
