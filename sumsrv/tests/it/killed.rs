//! A server that is killed under load, and a client that must know exactly what it lost.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use sumcli::bench::{Plan, bench};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinSet,
    time::timeout,
};

use crate::{process::Server, running::HANG};

const MESSAGE: u64 = 16;
const CONNECTIONS: usize = 4;

#[tokio::test]
async fn a_client_counts_what_it_sent_and_what_was_answered_as_somebody_in_between_does() {
    for enough in [1, 20_000] {
        let server = Server::start(&["network"]);
        let between = Arc::new(Between {
            server: server.addr(0),
            requests: AtomicU64::new(0),
            replies: AtomicU64::new(0),
            enough,
            is_enough: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let plan = Plan {
            connections: CONNECTIONS,
            depth: 16,
            ..Plan::default()
        };
        let network = proto::named("network").unwrap();
        let measured = tokio::spawn(bench(network, addr, plan));
        let mut relays = JoinSet::new();
        for _ in 0..CONNECTIONS {
            let (client, _) = listener.accept().await.unwrap();
            relays.spawn(between.clone().relay(client));
        }
        between.is_enough.notified().await;
        server.signal("KILL");
        let report = timeout(HANG, measured).await.expect("the client ends");
        let report = report.unwrap().unwrap();
        while relays.join_next().await.is_some() {}
        let (requests, replies) = (&between.requests, &between.replies);
        assert_eq!(report.sent, requests.load(Ordering::Relaxed) / MESSAGE);
        assert_eq!(report.answered, replies.load(Ordering::Relaxed) / MESSAGE);
        assert_eq!(report.unanswered(), report.sent - report.answered);
        assert_eq!((report.wrong, report.refused), (0, 0));
        let lost = format!("of {CONNECTIONS} connections {CONNECTIONS} were lost");
        assert!(report.failure().unwrap().starts_with(&lost), "{report}");
    }
}

/// Somebody between client and server, who counts octets.
struct Between {
    server: SocketAddr,
    requests: AtomicU64,
    replies: AtomicU64,
    enough: u64,
    is_enough: Notify,
}

impl Between {
    /// Passes on what there is, and outlives the server: what the client sent behind its end is counted, too.
    async fn relay(self: Arc<Self>, client: TcpStream) {
        let server = TcpStream::connect(self.server).await.unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let requests = async {
            let mut octets = vec![0; 4096];
            while let Ok(read @ 1..) = from_client.read(&mut octets).await {
                self.requests.fetch_add(read as u64, Ordering::Relaxed);
                let _ = to_server.write_all(&octets[..read]).await;
            }
        };
        let replies = async {
            let mut octets = vec![0; 4096];
            while let Ok(read @ 1..) = from_server.read(&mut octets).await {
                to_client.write_all(&octets[..read]).await.unwrap();
                let before = self.replies.fetch_add(read as u64, Ordering::Relaxed);
                if before + read as u64 >= self.enough * MESSAGE {
                    self.is_enough.notify_one();
                }
            }
            to_client.shutdown().await.unwrap();
        };
        tokio::join!(requests, replies);
    }
}
