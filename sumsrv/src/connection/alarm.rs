//! One timer for everything that a connection waits for.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// Stands for no limit: nobody waits longer than thirty years.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 86_400);

/// The timer is not set for each wait, since nearly all waits end long before their time. It is set again only when it fires too early, or would fire too late.
pub(super) struct Alarm<'a>(Pin<&'a mut Sleep>);

impl<'a> Alarm<'a> {
    pub(super) fn new(timer: Pin<&'a mut Sleep>) -> Self {
        Alarm(timer)
    }

    /// The result of `poll`, or `None` when it takes longer than `time`. It is polled at least once.
    pub(super) async fn within<T>(
        &mut self,
        time: Duration,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Option<T> {
        // The clock is read only when there is something to wait for.
        let mut deadline = None;
        poll_fn(|cx| {
            if let Poll::Ready(done) = poll(cx) {
                return Poll::Ready(Some(done));
            }
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + time.min(FOR_EVER));
            self.poll_fires(cx, deadline).map(|()| None)
        })
        .await
    }

    fn poll_fires(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        if self.0.deadline() > deadline {
            self.0.as_mut().reset(deadline);
        }
        loop {
            ready!(self.0.as_mut().poll(cx));
            if self.0.deadline() == deadline {
                return Poll::Ready(());
            }
            self.0.as_mut().reset(deadline);
        }
    }
}
