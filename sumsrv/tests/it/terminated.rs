//! SIGTERM under load: every request that reached the server whole is answered, once.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use proto::{Encoding, Reply, Request};
use sumcli::bench::{Plan, bench};
use tokio::time::timeout;

use crate::{
    process::{Server, connect},
    proxy::Proxy,
    running::HANG,
};

const MESSAGE: usize = 16;
const REQUESTS: usize = 100_000;

#[tokio::test]
async fn all_that_reached_the_server_by_the_signal_is_answered_once_in_the_middle_of_a_load() {
    const CONNECTIONS: usize = 100;
    let mut server = Server::start(&["network"]);
    let proxy = Proxy::new(server.addr(0)).await;
    let plan = Plan {
        connections: CONNECTIONS,
        depth: 16,
        duration: HANG,
        patience: HANG,
        ..Plan::default()
    };
    let measured = tokio::spawn(bench(network(), proxy.addr, plan));
    proxy.accept(CONNECTIONS).await;
    let octets = (REQUESTS * MESSAGE) as u64;
    proxy.until(|total| total.passed >= octets).await;
    // The test has one thread, so nothing happens between these two.
    proxy.shut();
    server.signal("TERM");
    let report = timeout(HANG, measured).await.expect("the client ends");
    let report = report.unwrap().unwrap();
    let mut answered = 0;
    for counts in proxy.counts().await {
        let whole = counts.passed / MESSAGE as u64;
        assert_eq!(counts.replied, whole * MESSAGE as u64, "{counts:?}");
        answered += whole;
    }
    // The client checks each sum against its request.
    assert_eq!((report.wrong, report.refused), (0, 0));
    assert_eq!(report.answered, answered);
    assert!(answered >= REQUESTS as u64 && report.sent > answered);
    assert_eq!(server.end(), Some(0));
    assert_eq!(server.errors(), "");
}

#[test]
fn all_that_lay_in_the_servers_sockets_when_the_signal_came_is_answered() {
    // 4000 are more connections than the runtime looks at in one turn. For 20, the requests are more than it reads in one.
    for connections in [20, 4000] {
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        let mut server = Server::start(&["network"]);
        let mut streams: Vec<TcpStream> =
            (0..connections).map(|_| connect(server.addr(0))).collect();
        for stream in &mut streams {
            // After its reply it is accepted for certain, and not only in the queue.
            stream.write_all(&exchange(0, 0).0).unwrap();
            stream.read_exact(&mut [0; MESSAGE]).unwrap();
        }
        server.signal("STOP");
        let each = REQUESTS / connections;
        for (number, stream) in streams.iter_mut().enumerate() {
            stream.write_all(&all(number, each).0).unwrap();
        }
        server.signal("TERM");
        server.signal("CONT");
        for (number, stream) in streams.iter_mut().enumerate() {
            let mut replies = Vec::new();
            stream.read_to_end(&mut replies).unwrap();
            assert!(
                replies == all(number, each).1,
                "{number} of {connections}: {} octets of {}",
                replies.len(),
                each * MESSAGE
            );
        }
        assert_eq!(server.end(), Some(0));
        assert_eq!(server.errors(), "");
    }
}

/// `count` requests of a connection, and their replies.
fn all(connection: usize, count: usize) -> (Vec<u8>, Vec<u8>) {
    let exchanges = (0..count).map(|number| exchange(connection, number));
    let (requests, replies): (Vec<_>, Vec<_>) = exchanges.unzip();
    (requests.concat(), replies.concat())
}

/// A request that differs from all others, and its reply.
fn exchange(connection: usize, number: usize) -> (Vec<u8>, Vec<u8>) {
    let (a, b) = ((connection as i64) << 32, -(number as i64));
    let (mut request, mut reply) = (Vec::new(), Vec::new());
    network()
        .encode_request(Request { a, b }, &mut request)
        .unwrap();
    network()
        .encode_reply(Reply::Sum(a + b), &mut reply)
        .unwrap();
    (request, reply)
}

fn network() -> &'static dyn Encoding {
    proto::named("network").unwrap()
}
