//! A proxy between clients and a server, which counts the octets that it passes on.

use std::{
    net::SocketAddr,
    ops::AddAssign,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::timeout,
};

use crate::running::HANG;

/// Octets of a connection, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// From the client.
    pub(crate) asked: u64,
    /// Of these, how many the server's socket took.
    pub(crate) passed: u64,
    /// From the server.
    pub(crate) replied: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.asked += other.asked;
        self.passed += other.passed;
        self.replied += other.replied;
    }
}

pub(crate) struct Proxy {
    pub(crate) addr: SocketAddr,
    listener: TcpListener,
    relays: Mutex<JoinSet<Counts>>,
    shared: Arc<Shared>,
}

struct Shared {
    server: SocketAddr,
    total: watch::Sender<Counts>,
    /// Whether requests are passed on.
    open: watch::Sender<bool>,
}

impl Proxy {
    pub(crate) async fn new(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Proxy {
            addr: listener.local_addr().unwrap(),
            listener,
            relays: Mutex::default(),
            shared: Arc::new(Shared {
                server,
                total: watch::Sender::new(Counts::default()),
                open: watch::Sender::new(true),
            }),
        }
    }

    /// Accepts so many clients.
    pub(crate) async fn accept(&self, clients: usize) {
        for _ in 0..clients {
            let (client, _) = self.listener.accept().await.unwrap();
            let relay = self.shared.clone().relay(client);
            self.relays.lock().unwrap().spawn(relay);
        }
    }

    /// Waits until the counts of all connections together are as wanted.
    pub(crate) async fn until(&self, wanted: impl FnMut(&Counts) -> bool) {
        let mut total = self.shared.total.subscribe();
        let reached = timeout(HANG, total.wait_for(wanted)).await;
        reached.expect("the counts are reached").unwrap();
    }

    /// From now on no request is passed on. Neither end is closed for that.
    pub(crate) fn shut(&self) {
        self.shared.open.send_replace(false);
    }

    /// Waits until all connections have ended; the counts of each.
    pub(crate) async fn counts(self) -> Vec<Counts> {
        let relays = self.relays.into_inner().unwrap();
        let ended = timeout(HANG, relays.join_all()).await;
        ended.expect("all connections end")
    }
}

impl Shared {
    /// Goes on after the server's end: what the client sends after it is counted, too.
    async fn relay(self: Arc<Self>, client: TcpStream) -> Counts {
        let server = TcpStream::connect(self.server).await.unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let (mut asked, mut passed, mut replied) = (0, 0, 0);
        let mut open = self.open.subscribe();
        let requests = async {
            let mut octets = vec![0; 4096];
            while let Ok(read @ 1..) = from_client.read(&mut octets).await {
                asked += read as u64;
                let mut unsent = &octets[..read];
                while !unsent.is_empty() {
                    let written = tokio::select! {
                        biased;
                        _ = open.wait_for(|open| !*open) => break,
                        written = to_server.write(unsent) => written.unwrap_or(0),
                    };
                    passed += written as u64;
                    self.count(|total| total.passed += written as u64);
                    unsent = &unsent[written..];
                    if written == 0 {
                        break;
                    }
                }
            }
        };
        let replies = async {
            let mut octets = vec![0; 4096];
            while let Ok(read @ 1..) = from_server.read(&mut octets).await {
                to_client.write_all(&octets[..read]).await.unwrap();
                replied += read as u64;
                self.count(|total| total.replied += read as u64);
            }
            to_client.shutdown().await.unwrap();
        };
        tokio::join!(requests, replies);
        Counts {
            asked,
            passed,
            replied,
        }
    }

    fn count(&self, what: impl FnOnce(&mut Counts)) {
        self.total.send_modify(what);
    }
}
