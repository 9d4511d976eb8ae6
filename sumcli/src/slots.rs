//! How many connections `drive` has open at a time.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

/// A fixed number of slots. A group that is idle gives its slot up while others wait.
#[derive(Clone)]
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    waiting: watch::Sender<usize>,
}

/// The right to have a connection.
pub(crate) struct Slot {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Slots {
    pub(crate) fn new(count: usize) -> Self {
        Slots {
            free: Arc::new(Semaphore::new(count)),
            waiting: watch::Sender::new(0),
        }
    }

    pub(crate) async fn take(&self) -> Slot {
        self.waiting.send_modify(|waiting| *waiting += 1);
        // The semaphore is never closed, so this never fails.
        let permit = self.free.clone().acquire_owned().await.ok();
        self.waiting.send_modify(|waiting| *waiting -= 1);
        Slot { _permit: permit }
    }

    /// Returns when a group waits for a slot.
    pub(crate) async fn wanted(&self) {
        let mut waiting = self.waiting.subscribe();
        // We hold the sender, so this never fails.
        let _ = waiting.wait_for(|waiting| *waiting > 0).await;
    }
}
