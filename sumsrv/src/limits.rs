//! What a server allows its peers.

use std::time::Duration;

/// Bounds on what peers can make a server spend. How long a message may be is in `proto`.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time, for one listener; others wait in the kernel's queue.
    pub connections: usize,
    /// How long peers have to take their last replies after the signal to stop.
    pub grace: Duration,
    /// How long a server goes on reading, to nobody's use, behind a request that was too large.
    ///
    /// A connection that is closed over unread octets is reset, and a reset can overtake the refusal.
    pub linger: Duration,
    /// How many octets it reads so at most.
    pub linger_octets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 10_000,
            grace: Duration::from_secs(5),
            linger: Duration::from_secs(1),
            linger_octets: 1 << 20,
        }
    }
}
