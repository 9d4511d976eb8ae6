//! A waker that remembers whether it was woken. The server is polled only if it was, so that a lost wake becomes a hang.

use std::{
    future::poll_fn,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Poll, Wake, Waker},
};

pub(super) struct Woken {
    woken: AtomicBool,
    /// The waker of the task that waits for it.
    waits: Mutex<Option<Waker>>,
}

impl Woken {
    /// It is woken from the start, so that the server is polled once.
    pub(super) fn new() -> Self {
        Woken {
            woken: AtomicBool::new(true),
            waits: Mutex::new(None),
        }
    }

    pub(super) fn is_woken(&self) -> bool {
        self.woken.load(Ordering::Relaxed)
    }

    pub(super) fn take(&self) -> bool {
        self.woken.swap(false, Ordering::Relaxed)
    }

    pub(super) async fn wait(&self) {
        poll_fn(|cx| {
            let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
            *waits = Some(cx.waker().clone());
            if self.is_woken() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }
}

impl Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.woken.store(true, Ordering::Relaxed);
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(waits) = waits.take() {
            waits.wake();
        }
    }
}
