//! One timer for all that a connection waits for.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep};

/// Nobody waits longer; it stands for no limit.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 86_400);

/// It is set anew when it rings too early or would ring too late, and not for each wait: nearly all of them end long before their time.
pub(super) struct Alarm<'a>(Pin<&'a mut Sleep>);

impl<'a> Alarm<'a> {
    pub(super) fn new(timer: Pin<&'a mut Sleep>) -> Self {
        Alarm(timer)
    }

    /// What `deed` comes to, or nothing when it takes longer than `time`; it is tried once in any case.
    pub(super) async fn within<T>(
        &mut self,
        time: Duration,
        mut deed: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Option<T> {
        // The clock is read when there is something to wait for.
        let mut deadline = None;
        poll_fn(|cx| {
            if let Poll::Ready(done) = deed(cx) {
                return Poll::Ready(Some(done));
            }
            let deadline = *deadline.get_or_insert_with(|| Instant::now() + time.min(FOR_EVER));
            self.poll_rings(cx, deadline).map(|()| None)
        })
        .await
    }

    fn poll_rings(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
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
