//! Between a client and a server that are as they are: passes octets on in both directions, and keeps what passed.
//!
//! Where both wait for the other for ever, it ends the client's half of the stream, as an impatient client of the contract does: a server that had the whole request answers all the same, and one that waits for more sees that none will come.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Of each direction so many octets are kept; all are passed on.
const MOST: usize = 1 << 16;

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
    /// Whether both ends waited for each other, and nothing came of it.
    pub(super) fn starved(&self) -> bool {
        self.ended_at == Some(self.answered)
    }
}

/// A place to connect to instead of a server.
pub(super) struct Relay {
    pub(super) address: SocketAddr,
    passed: Arc<Mutex<Passed>>,
    accepting: JoinHandle<()>,
}

impl Relay {
    /// Opens one before a server; after so long without an octet it ends the client's half.
    pub(super) async fn open(server: SocketAddr, patience: Duration) -> io::Result<Relay> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let passed = Arc::new(Mutex::new(Passed::default()));
        let kept = Arc::clone(&passed);
        let accepting = tokio::spawn(async move {
            // They end with this task.
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                note(&kept, |passed| passed.connected = true);
                connections.spawn(pass(client, server, patience, Arc::clone(&kept)));
            }
        });
        Ok(Relay {
            address,
            passed,
            accepting,
        })
    }

    /// What passed until now.
    pub(super) fn close(self) -> Passed {
        self.passed
            .lock()
            .map(|passed| passed.clone())
            .unwrap_or_default()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn note(passed: &Mutex<Passed>, write: impl FnOnce(&mut Passed)) {
    if let Ok(mut passed) = passed.lock() {
        write(&mut passed);
    }
}

fn keep(kept: &mut Vec<u8>, octets: &[u8]) {
    let room = MOST.saturating_sub(kept.len());
    kept.extend(octets.iter().take(room));
}

/// One connection, to its end. A peer that resets ends it, too: what passed until then counts.
async fn pass(
    client: TcpStream,
    server: SocketAddr,
    patience: Duration,
    passed: Arc<Mutex<Passed>>,
) -> Option<()> {
    let server = TcpStream::connect(server).await.ok()?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut request, mut reply) = ([0; 4096], [0; 4096]);
    // Each half is open until its end was passed on.
    let (mut asking, mut answering) = (true, true);
    let mut begun = false;
    while answering {
        tokio::select! {
            read = from_client.read(&mut request), if asking => {
                let octets = taken(read, &request);
                begun = true;
                note(&passed, |passed| keep(&mut passed.sent, octets));
                asking = forward(octets, &mut to_server).await;
            }
            read = from_server.read(&mut reply) => {
                let octets = taken(read, &reply);
                note(&passed, |passed| {
                    keep(&mut passed.received, octets);
                    passed.answered += octets.len();
                });
                answering = forward(octets, &mut to_client).await;
            }
            // A client that has said nothing yet may only be slow to begin.
            () = tokio::time::sleep(patience), if begun => {
                if !asking {
                    // The server knows that nothing will come, and says nothing.
                    break;
                }
                note(&passed, |passed| passed.ended_at = Some(passed.answered));
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

/// Passes octets on, or the end where there are none; whether more may follow.
async fn forward(octets: &[u8], to: &mut OwnedWriteHalf) -> bool {
    if octets.is_empty() {
        // A peer that is gone needs no end.
        let _ = to.shutdown().await;
        return false;
    }
    to.write_all(octets).await.is_ok()
}

/// The server has said its last: what the client still sends is passed on, so that its writes do not fail where the server's machine would have taken them.
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
