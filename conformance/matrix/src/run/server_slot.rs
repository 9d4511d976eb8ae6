//! The slot of a black-box server: one process, which is started again where it has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use cross::process::Exit;
use tokio::sync::{Mutex, oneshot};
use tokio::task::JoinSet;

use super::build::Start;
use super::child::{Child, LAST_WORDS_WITHIN};
use super::listen::listen;
use super::task::Task;

/// The slot of a server. A client that holds it asks alone: the server may serve one client after the other, and a client that waits for another must not seem to wait for the server.
pub(crate) struct ServerSlot {
    start: Start,
    encoding: String,
    /// How long it may take to listen.
    within: Duration,
    address: SocketAddr,
    child: Child,
    /// Whether it ended while a client by the contract held the slot. Such a client cannot be asked what it saw at that moment, and what was observed is incomplete.
    incomplete: bool,
    /// The last words of the process that ended so, if another has been started since.
    last_words: Option<String>,
}

/// The slots of black-box servers, by the address at which each listened first.
pub(super) type ServerSlots = BTreeMap<SocketAddr, Arc<Mutex<ServerSlot>>>;

impl ServerSlot {
    /// Starts a server.
    pub(super) async fn start(
        start: Start,
        encoding: String,
        within: Duration,
    ) -> Result<ServerSlot, String> {
        let (address, child) = listen(&start, &encoding, within).await?;
        Ok(ServerSlot {
            start,
            encoding,
            within,
            address,
            child,
            incomplete: false,
            last_words: None,
        })
    }

    /// The encoding that it serves.
    pub(super) fn encoding(&self) -> &str {
        &self.encoding
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts it again, if it has ended.
    pub(super) async fn listening(&mut self) -> Result<SocketAddr, String> {
        if self.ended_within(Duration::ZERO).await.is_some() {
            let again = listen(&self.start, &self.encoding, self.within).await;
            let (address, child) = again?;
            let ended = std::mem::replace(&mut self.child, child);
            self.address = address;
            if self.incomplete && self.last_words.is_none() {
                self.last_words = Some(ended.trouble(self.what()).await);
            }
        }
        Ok(self.address)
    }

    /// How it ended, if it has, or ends within this time. What it prints meanwhile is discarded.
    pub(super) async fn ended_within(&mut self, within: Duration) -> Option<Exit> {
        let ended = tokio::time::timeout(within, self.child.ended()).await;
        ended.ok().flatten()
    }

    /// Does something while it serves. What it prints meanwhile is discarded, so that it never waits for a reader.
    pub(super) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            done = &mut work => done,
            _ = self.child.ended() => work.await,
        }
    }

    /// Gives the slot up. Returns why what was observed is incomplete, if it is.
    pub(super) async fn leave(self) -> Option<String> {
        let what = self.what();
        match (self.incomplete, self.last_words) {
            // Its process is killed with this. How it would have ended does not matter.
            (false, _) => None,
            (true, Some(words)) => Some(words),
            (true, None) => Some(self.child.trouble(what).await),
        }
    }

    fn what(&self) -> String {
        format!("while it served {}: its output ended", self.encoding)
    }
}

/// Slots that are held for a client by the contract, which may keep its connections until it has done everything.
pub(super) struct Held {
    slots: JoinSet<()>,
    /// Dropping one gives a slot up.
    releases: Vec<oneshot::Sender<()>>,
}

impl Held {
    /// Gives them to others.
    pub(super) async fn leave(mut self) {
        drop(self.releases);
        while self.slots.join_next().await.is_some() {}
    }
}

/// Waits for the slots of all black-box servers of these tasks, always in the same order, so that no two clients wait for each other.
pub(super) async fn hold_all(tasks: &[Task], slots: &ServerSlots) -> Result<Held, String> {
    let addresses: BTreeSet<SocketAddr> = tasks.iter().map(|task| task.address).collect();
    let (mut held, mut releases) = (JoinSet::new(), Vec::new());
    for address in addresses {
        let Some(slot) = slots.get(&address) else {
            continue;
        };
        let mut slot = Arc::clone(slot).lock_owned().await;
        if slot.address != address {
            return Err(format!(
                "the server of {} ended, and listens at another address since",
                slot.encoding
            ));
        }
        let (release, mut released) = oneshot::channel::<()>();
        releases.push(release);
        held.spawn(async move {
            tokio::select! {
                _ = slot.child.ended() => {
                    slot.incomplete = true;
                    // An error says that the sender was dropped, which is the end, too.
                    let _ = released.await;
                }
                _ = &mut released => {
                    // It may be about to end because of the last request.
                    slot.incomplete |= slot.ended_within(LAST_WORDS_WITHIN).await.is_some();
                }
            }
        });
    }
    Ok(Held {
        slots: held,
        releases,
    })
}
