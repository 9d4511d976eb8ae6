//! How much is measured, and for how long.

use std::time::Duration;

/// What is measured. It ends when `requests` are answered or when `duration` is over, whichever is first.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Connections, all open for the whole time.
    pub connections: usize,
    /// Requests of one connection that may be without a reply at a time.
    pub depth: usize,
    /// Requests in all, at most.
    pub requests: u64,
    /// How long new requests are sent, at most.
    pub duration: Duration,
    /// How long to wait for a connection, and for the next reply on any of them, before giving up.
    pub patience: Duration,
}

impl Default for Plan {
    fn default() -> Self {
        Plan {
            connections: 1,
            depth: 1,
            requests: u64::MAX,
            duration: Duration::from_secs(10),
            patience: Duration::from_secs(10),
        }
    }
}
