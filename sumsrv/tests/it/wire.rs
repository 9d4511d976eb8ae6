//! Every encoding, in raw octets over a real connection.

use proto::{Reply, Request, Why, all};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use crate::{
    golden::{Kind, entries},
    running::{HANG, Running},
};

#[tokio::test]
async fn every_vector_is_answered() {
    for encoding in all() {
        let server = Running::new(encoding.name()).await;
        for entry in entries(encoding.name()) {
            let reply = match entry.kind {
                Kind::Request(a, b) | Kind::Reads(a, b) => encoding.answer(Request { a, b }),
                Kind::Malformed => Reply::Refused(Why::Malformed),
                Kind::TooLarge => Reply::Refused(Why::TooLarge),
                Kind::Writes(..) | Kind::ReplySum(_) | Kind::ReplyRefused(_) => continue,
            };
            let mut expected = Vec::new();
            encoding.encode_reply(reply, &mut expected).unwrap();
            let place = format!("{}:{}", entry.file, entry.line);
            assert_eq!(server.exchange(&entry.octets).await, expected, "{place}");
        }
        assert_eq!(
            server.events(),
            [""; 0],
            "{}: nothing was cut short",
            encoding.name()
        );
    }
}

#[tokio::test]
async fn a_request_that_comes_octet_by_octet_is_answered() {
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        let server = Running::new(encoding.name()).await;
        let mut stream = server.connect().await;
        stream.set_nodelay(true).unwrap();
        let (request, reply) = exchange_of(encoding.name(), 40, 2);
        for octet in request {
            stream.write_all(&[octet]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut received = vec![0; reply.len()];
        timeout(HANG, stream.read_exact(&mut received))
            .await
            .expect("the server answers")
            .unwrap();
        assert_eq!(received, reply, "{}", encoding.name());
    }
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_their_order() {
    for encoding in all()
        .iter()
        .filter(|encoding| encoding.name() != "text-ebcdic")
    {
        let server = Running::new(encoding.name()).await;
        let (mut requests, mut replies) = (Vec::new(), Vec::new());
        for number in 0..1000 {
            let (request, reply) = exchange_of(encoding.name(), number, -7);
            requests.extend(request);
            replies.extend(reply);
        }
        assert_eq!(
            server.exchange(&requests).await,
            replies,
            "{}",
            encoding.name()
        );
    }
}

#[tokio::test]
async fn the_ebcdic_client_hangs_and_the_server_reports_why() {
    let server = Running::new("text-ebcdic").await;
    assert_eq!(server.exchange(&[0xf1, 0x40, 0xf2, 0x25]).await, [0; 0]);
    let events = server.events();
    assert!(
        events[0].starts_with("short text-ebcdic 127.0.0.1:"),
        "{events:?}"
    );
    assert!(events[0].ends_with(" 4 5"), "{events:?}");
}

/// A request and the reply it gets.
fn exchange_of(encoding: &str, a: i64, b: i64) -> (Vec<u8>, Vec<u8>) {
    let encoding = proto::named(encoding).unwrap();
    let (mut request, mut reply) = (Vec::new(), Vec::new());
    encoding
        .encode_request(Request { a, b }, &mut request)
        .unwrap();
    encoding
        .encode_reply(Reply::Sum(a + b), &mut reply)
        .unwrap();
    (request, reply)
}
