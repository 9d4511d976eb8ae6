//! A relay between a black-box client and a server: it passes octets on in both directions, and keeps what passed.
//!
//! Where both ends wait for each other, it ends the client's half of the stream, as a client of the contract does when its patience ends. A server that had the whole request answers all the same; one that waits for more sees that none will come.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

use super::network::Network;

/// How many octets of each direction are kept. All are passed on.
const MAX_KEPT: usize = 1 << 16;

/// A server may take so many times the patience to answer after the end of the client's half. One that had the whole request may only be slow; one that waits for more closes at once.
const ANSWER_FACTOR: u32 = 20;

/// A client that got no answer may take so many times the patience to end after its connection did.
const END_FACTOR: u32 = 10;

/// How long the last octets of a client may take to pass once it has ended.
const DRAIN_TIMEOUT: Duration = Duration::from_millis(200);

/// What passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// Whether the client ever connected.
    pub(super) connected: bool,
    /// From the client to the server.
    pub(super) sent: Vec<u8>,
    /// From the server to the client.
    pub(super) received: Vec<u8>,
    /// How many octets came back in all.
    answered: usize,
    /// Whether the client's half had to be ended, and how many octets had come back by then.
    ended_at: Option<usize>,
}

impl Passed {
    /// Whether both ends waited for each other, and no octet came after the client's half was ended.
    pub(super) fn hung(&self) -> bool {
        self.ended_at == Some(self.answered)
    }
}

/// What a client connects to instead of the server.
pub(super) struct Relay {
    pub(super) address: SocketAddr,
    patience: Duration,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

/// What its connections share.
#[derive(Default)]
struct Shared {
    passed: Mutex<Passed>,
    /// A connection came to its end.
    over: Notify,
    /// The client has ended: no other connection will come.
    closing: Notify,
}

impl Shared {
    fn note(&self, write: impl FnOnce(&mut Passed)) {
        if let Ok(mut passed) = self.passed.lock() {
            write(&mut passed);
        }
    }

    fn passed(&self) -> Passed {
        let passed = self.passed.lock();
        passed.map(|passed| passed.clone()).unwrap_or_default()
    }
}

impl Relay {
    /// Opens one in front of a server, in the network where its client is. After `patience` without an octet it ends the client's half, and [`ANSWER_FACTOR`] times as long after that the whole connection.
    pub(super) async fn open(
        server: SocketAddr,
        network: &Network,
        patience: Duration,
    ) -> io::Result<Relay> {
        let listener = network.listen().await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let its = Arc::clone(&shared);
        let network = network.clone();
        let accepting = tokio::spawn(async move {
            // They are dropped, and so ended, with this task.
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    // A client that has connected is accepted before the end is looked at.
                    biased;
                    Ok((client, _)) = listener.accept() => {
                        its.note(|passed| passed.connected = true);
                        let (its, network) = (Arc::clone(&its), network.clone());
                        connections.spawn(async move {
                            if let Ok(server) = network.connect(server).await {
                                pass(client, server, patience, &its).await;
                            }
                            its.over.notify_one();
                        });
                    }
                    () = its.closing.notified() => break,
                }
            }
            while connections.join_next().await.is_some() {}
        });
        Ok(Relay {
            address,
            patience,
            shared,
            accepting,
        })
    }

    /// Waits until the client was left without an answer, and had time to end.
    pub(super) async fn left_without(&self) {
        loop {
            self.shared.over.notified().await;
            if self.shared.passed().hung() {
                return tokio::time::sleep(END_FACTOR * self.patience).await;
            }
        }
    }

    /// What passed, of a client that has ended.
    pub(super) async fn close(mut self) -> Passed {
        self.shared.closing.notify_one();
        // A server may never end its half.
        let _ = tokio::time::timeout(DRAIN_TIMEOUT, &mut self.accepting).await;
        self.shared.passed()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn keep(kept: &mut Vec<u8>, octets: &[u8]) {
    let room = MAX_KEPT.saturating_sub(kept.len());
    kept.extend(octets.iter().take(room));
}

/// Passes one connection on, to its end. A reset is an end, too, and what passed before it counts.
async fn pass(
    client: TcpStream,
    server: TcpStream,
    patience: Duration,
    shared: &Shared,
) -> Option<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut request, mut reply) = ([0; 4096], [0; 4096]);
    // A half is open until its end was passed on.
    let (mut asking, mut answering) = (true, true);
    let mut begun = false;
    while answering {
        let limit = if asking {
            patience
        } else {
            ANSWER_FACTOR * patience
        };
        tokio::select! {
            read = from_client.read(&mut request), if asking => {
                let octets = taken(read, &request);
                begun = true;
                shared.note(|passed| keep(&mut passed.sent, octets));
                asking = forward(octets, &mut to_server).await;
            }
            read = from_server.read(&mut reply) => {
                let octets = taken(read, &reply);
                shared.note(|passed| {
                    keep(&mut passed.received, octets);
                    passed.answered += octets.len();
                });
                answering = forward(octets, &mut to_client).await;
            }
            // A client that has said nothing yet may only be slow to begin.
            () = tokio::time::sleep(limit), if begun => {
                if !asking {
                    // The server has seen the end, and still does not answer.
                    break;
                }
                shared.note(|passed| passed.ended_at = Some(passed.answered));
                asking = forward(&[], &mut to_server).await;
            }
        }
    }
    drain(asking, &mut from_client, &mut to_server).await
}

/// What was read; an error is the end.
fn taken(read: io::Result<usize>, buffer: &[u8]) -> &[u8] {
    let read = read.unwrap_or(0);
    buffer.get(..read).unwrap_or_default()
}

/// Passes octets on, or the end where there are none. Returns whether more may follow.
async fn forward(octets: &[u8], to: &mut OwnedWriteHalf) -> bool {
    if octets.is_empty() {
        // A peer that is gone needs no end.
        let _ = to.shutdown().await;
        return false;
    }
    to.write_all(octets).await.is_ok()
}

/// The server has ended its half. What the client still sends is passed on: its writes must not fail where the server's machine would have taken them.
async fn drain(
    asking: bool,
    from_client: &mut OwnedReadHalf,
    to_server: &mut OwnedWriteHalf,
) -> Option<()> {
    if asking {
        tokio::io::copy(from_client, to_server).await.ok()?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::net::TcpListener;

    use super::*;

    static HERE: Network = Network::this_machines();

    const PATIENCE: Duration = Duration::from_millis(500);

    /// A server that reads so many octets, or to the end, and answers a whole request with `answer`.
    async fn server(wants: usize, answer: &'static [u8]) -> (SocketAddr, JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while request.len() < wants && client.read_buf(&mut request).await.unwrap() > 0 {}
            if request.len() >= wants {
                client.write_all(answer).await.unwrap();
            }
            request
        });
        (address, served)
    }

    /// Sends these octets after that time, and reads to the end.
    async fn client(relay: &Relay, after: Duration, request: &[u8]) -> Vec<u8> {
        let mut client = TcpStream::connect(relay.address).await.unwrap();
        tokio::time::sleep(after).await;
        client.write_all(request).await.unwrap();
        let mut reply = Vec::new();
        client.read_to_end(&mut reply).await.unwrap();
        reply
    }

    /// A paused clock jumps to the next limit as soon as everybody waits.
    #[tokio::test(start_paused = true)]
    async fn a_client_that_is_slow_to_begin_is_waited_for() {
        let (address, served) = server(3, b"yes").await;
        let relay = Relay::open(address, &HERE, PATIENCE).await.unwrap();
        let reply = client(&relay, 20 * PATIENCE, b"abc").await;
        assert_eq!(
            (&*reply, &*served.await.unwrap()),
            (&b"yes"[..], &b"abc"[..])
        );
        let passed = relay.close().await;
        assert_eq!(
            (&*passed.sent, &*passed.received),
            (&b"abc"[..], &b"yes"[..])
        );
        assert!(passed.connected && !passed.hung());
    }

    #[tokio::test(start_paused = true)]
    async fn where_both_wait_the_clients_half_is_ended() {
        let (address, served) = server(4, b"yes").await;
        let relay = Relay::open(address, &HERE, PATIENCE).await.unwrap();
        let reply = client(&relay, Duration::ZERO, b"abc").await;
        assert_eq!((&*reply, &*served.await.unwrap()), (&b""[..], &b"abc"[..]));
        assert!(relay.close().await.hung());
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_has_the_whole_request_may_be_slow() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let relay = Relay::open(listener.local_addr().unwrap(), &HERE, PATIENCE);
        let relay = relay.await.unwrap();
        let served = async {
            let (mut client, _) = listener.accept().await.unwrap();
            client.read_exact(&mut [0; 3]).await.unwrap();
            tokio::time::sleep(10 * PATIENCE).await;
            client.write_all(b"yes").await.unwrap();
        };
        let (reply, ()) = tokio::join!(client(&relay, Duration::ZERO, b"abc"), served);
        assert_eq!(reply, b"yes");
        assert!(!relay.close().await.hung());
    }

    #[tokio::test]
    async fn what_a_client_says_last_is_kept_though_it_does_not_wait() {
        let (address, served) = server(3, b"").await;
        let relay = Relay::open(address, &HERE, PATIENCE).await.unwrap();
        let mut client = TcpStream::connect(relay.address).await.unwrap();
        client.write_all(b"abc").await.unwrap();
        drop(client);
        let passed = relay.close().await;
        assert_eq!((passed.connected, &*passed.sent), (true, &b"abc"[..]));
        assert_eq!(served.await.unwrap(), b"abc");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_end_after_a_hang_is_not_waited_for() {
        let (address, _served) = server(4, b"yes").await;
        let relay = Relay::open(address, &HERE, PATIENCE).await.unwrap();
        let mut deaf = TcpStream::connect(relay.address).await.unwrap();
        deaf.write_all(b"abc").await.unwrap();
        relay.left_without().await;
        assert!(relay.close().await.hung());
        drop(deaf);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_never_answers_nor_closes_is_given_up() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let relay = Relay::open(address, &HERE, PATIENCE).await.unwrap();
        let (held, reply) = tokio::join!(listener.accept(), client(&relay, Duration::ZERO, b"abc"));
        assert_eq!(reply, b"");
        assert!(relay.close().await.hung());
        drop(held);
    }

    #[tokio::test]
    async fn a_flood_is_passed_on_and_not_kept() {
        static FLOOD: [u8; 4 * MAX_KEPT] = [7; 4 * MAX_KEPT];
        let (address, served) = server(FLOOD.len(), &FLOOD).await;
        let relay = Relay::open(address, &HERE, 100 * PATIENCE).await.unwrap();
        let reply = client(&relay, Duration::ZERO, &FLOOD).await;
        assert_eq!(
            (reply.len(), served.await.unwrap().len()),
            (FLOOD.len(), FLOOD.len())
        );
        let passed = relay.close().await;
        assert_eq!(
            (passed.sent.len(), passed.received.len()),
            (MAX_KEPT, MAX_KEPT)
        );
        assert!(!passed.hung());
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_an_end() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let relay = Relay::open(address, &HERE, PATIENCE).await.unwrap();
        let mut client = TcpStream::connect(relay.address).await.unwrap();
        let mut reply = Vec::new();
        // A reset is as good an end.
        let _ = client.read_to_end(&mut reply).await;
        assert!(reply.is_empty() && !relay.close().await.hung());
    }
}
