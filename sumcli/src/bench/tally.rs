//! The counts of all connections together.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hdrhistogram::Histogram;
use proto::Reply;
use tokio::time::Instant;

/// Counts and latencies.
pub(super) struct Tally {
    /// How many requests may still be sent.
    left: u64,
    pub(super) sent: u64,
    pub(super) right: u64,
    pub(super) wrong: u64,
    pub(super) refused: u64,
    /// The first reply that was not right, in words.
    pub(super) first_wrong: Option<String>,
    /// In nanoseconds.
    pub(super) latencies: Histogram<u64>,
    /// When the last reply came.
    pub(super) last: Option<Instant>,
}

/// The tally that all connections share. It is locked for an instant, once or twice a burst.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Tally>>);

impl Shared {
    pub(super) fn new(requests: u64) -> Self {
        Shared(Arc::new(Mutex::new(Tally {
            left: requests,
            sent: 0,
            right: 0,
            wrong: 0,
            refused: 0,
            first_wrong: None,
            latencies: latencies(),
            last: None,
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Tally> {
        // Counts are never half-written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tally {
    /// Takes up to `wanted` requests from those that may still be sent.
    pub(super) fn take(&mut self, wanted: u64) -> u64 {
        let taken = wanted.min(self.left);
        self.left -= taken;
        taken
    }

    pub(super) fn ask_no_more(&mut self) {
        self.left = 0;
    }

    pub(super) fn answered(&self) -> u64 {
        self.right + self.wrong + self.refused
    }

    /// Counts a reply to a request whose right reply is `expected`.
    pub(super) fn check(&mut self, reply: Reply, expected: Option<Reply>) {
        if Some(reply) == expected {
            self.right += 1;
            return;
        }
        match reply {
            Reply::Refused(_) => self.refused += 1,
            Reply::Sum(_) => self.wrong += 1,
        }
        self.first_wrong
            .get_or_insert_with(|| match (reply, expected) {
                (Reply::Refused(why), _) => format!("refused {why}"),
                (Reply::Sum(sum), Some(Reply::Sum(right))) => format!("{sum} instead of {right}"),
                (Reply::Sum(sum), _) => format!("{sum}"),
            });
    }

    /// Counts `count` replies that came so long after their requests.
    pub(super) fn took(&mut self, latency: Duration, count: u64) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.latencies.saturating_record_n(nanoseconds, count);
    }
}

/// From a nanosecond to an hour, to three digits.
fn latencies() -> Histogram<u64> {
    const HOUR: u64 = 3_600_000_000_000;
    #[expect(
        clippy::expect_used,
        reason = "it fails for bounds or digits out of range only, and these are constants"
    )]
    Histogram::new_with_bounds(1, HOUR, 3).expect("the bounds are in order, and 3 digits are few")
}
