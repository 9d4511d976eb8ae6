//! What peers may not do for ever. The clock is paused where a limit is a time.

use std::{io, time::Duration};

use sumsrv::{End, Limits};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, split},
    time::{Instant, sleep},
};

use crate::{
    piped::Connection,
    running::{Running, ask, rest},
};

const IDLE: u64 = 99;
const REQUEST: u64 = 9;

fn limits() -> Limits {
    Limits {
        idle: Duration::from_secs(IDLE),
        request: Duration::from_secs(REQUEST),
        ..Limits::default()
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_says_nothing_is_closed_after_the_idle_time() {
    for service in ["text", "echo"] {
        let mut connection = Connection::new(service, limits());
        connection.peer.write_all(b"1 2\n").await.unwrap();
        connection.peer.read_u8().await.unwrap();
        let begun = Instant::now();
        connection.peer.read_to_end(&mut Vec::new()).await.unwrap();
        assert_eq!(begun.elapsed().as_secs(), IDLE, "{service}");
        assert_eq!(connection.end().await, (End::Idle, vec![]), "{service}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_begun_and_not_finished_is_closed_after_its_time() {
    let mut connection = Connection::new("text", limits());
    connection.peer.write_all(b"1 2\n3 ").await.unwrap();
    let begun = Instant::now();
    let mut replies = Vec::new();
    connection.peer.read_to_end(&mut replies).await.unwrap();
    assert_eq!(replies, b"3\n");
    assert_eq!(begun.elapsed().as_secs(), REQUEST);
    // The server ended the stream and not the peer, so the request is not reported as cut short.
    assert_eq!(connection.end().await, (End::Slow, vec![]));
}

#[tokio::test(start_paused = true)]
async fn an_octet_now_and_then_does_not_prolong_the_time_of_a_request() {
    let connection = Connection::new("text", limits());
    let begun = Instant::now();
    let (mut from_server, mut to_server) = split(connection.peer);
    let dripping = tokio::spawn(async move {
        // An error when the server has closed.
        while to_server.write_all(b"1").await.is_ok() {
            sleep(Duration::from_secs(2)).await;
        }
    });
    from_server.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), REQUEST);
    dripping.await.unwrap();
    assert_eq!(connection.server.await.unwrap().unwrap(), End::Slow);
}

#[tokio::test(start_paused = true)]
async fn each_request_has_its_own_time() {
    let mut connection = Connection::new("text", limits());
    connection.peer.write_all(b"1 2").await.unwrap();
    for _ in 0..5 {
        // The first octet ends a request. The others begin another, six seconds after that one was begun.
        sleep(Duration::from_secs(6)).await;
        connection.peer.write_all(b"\n1 2").await.unwrap();
        let mut reply = [0; 2];
        connection.peer.read_exact(&mut reply).await.unwrap();
        assert_eq!(&reply, b"3\n");
    }
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_its_replies_is_left_after_the_idle_time() {
    let mut connection = Connection::new("text", limits());
    // The pipe and the server hold less than this, so it waits until the server closes.
    let requests = b"1 1\n".repeat(16 << 10);
    let begun = Instant::now();
    let refused = connection.peer.write_all(&requests).await.unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::BrokenPipe);
    assert_eq!(begun.elapsed().as_secs(), IDLE);
    assert_eq!(connection.end().await, (End::Deaf, vec![]));
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
