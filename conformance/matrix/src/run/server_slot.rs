//! A server that is as it is: one process, which is started again where it has ended.

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

/// The place of a server. Whoever holds it asks alone: the server may serve one client after the other, and nobody's waiting for another may be taken for waiting for the server.
pub(crate) struct ServerSlot {
    start: Start,
    encoding: String,
    /// How long it may take to listen.
    within: Duration,
    address: SocketAddr,
    child: Child,
    /// Whether it ended while a client by the contract held it, which cannot be asked what it saw then: that spoils what was seen.
    incomplete: bool,
    /// The words of the process with which that happened, if another has its place since.
    last_words: Option<String>,
}

/// Servers that are as they are, by the address at which each listened first.
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

    /// How it ended, if it has, or does so within this time. What it prints meanwhile is thrown away.
    pub(super) async fn ended_within(&mut self, within: Duration) -> Option<Exit> {
        let ended = tokio::time::timeout(within, self.child.ended()).await;
        ended.ok().flatten()
    }

    /// Does something while it serves. What it prints meanwhile is thrown away, so that it never waits for a reader.
    pub(super) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        tokio::select! {
            done = &mut work => done,
            _ = self.child.ended() => work.await,
        }
    }

    /// The end of it: why what was seen of it is nothing, if that is so.
    pub(super) async fn leave(self) -> Option<String> {
        let what = self.what();
        match (self.incomplete, self.last_words) {
            // How it ends when it has to is its own business: with this the process goes.
            (false, _) => None,
            (true, Some(words)) => Some(words),
            (true, None) => Some(self.child.trouble(what).await),
        }
    }

    fn what(&self) -> String {
        format!("while it served {}: its output ended", self.encoding)
    }
}

/// ServerSlots that are held by a client by the contract, which may keep its connections until it has done everything.
pub(super) struct Held {
    slots: JoinSet<()>,
    /// Dropping one leaves a slot.
    releases: Vec<oneshot::Sender<()>>,
}

impl Held {
    /// Leaves them to others.
    pub(super) async fn leave(mut self) {
        drop(self.releases);
        while self.slots.join_next().await.is_some() {}
    }
}

/// Waits for the slots of all such servers of these tasks, always in the same order, so that no two wait for each other.
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
                    // An error is the end that is waited for.
                    let _ = released.await;
                }
                _ = &mut released => {
                    // The last request may just be its end.
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
