//! What a server allows its peers.

use std::time::Duration;

/// Bounds on what peers can make a server spend.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time, for one listener; others wait in the kernel's queue.
    pub connections: usize,
    /// Octets of a line or a frame, as PROTOCOL.md counts them; more than [`proto::MAX_MESSAGE`] is never allowed.
    pub message: usize,
    /// How long a connection may go without an octet in either direction.
    pub idle: Duration,
    /// How long a request may take from its first octet to its last.
    pub request: Duration,
    /// Octets of replies that wait in the server to be sent. While they wait, their peer is not read from.
    ///
    /// One reply more may be on the way; and what the kernel holds for the peer comes on top.
    pub unread: usize,
    /// How long peers have to take their last replies after the signal to stop.
    pub grace: Duration,
    /// How long a server goes on reading, to nobody's use, from a peer that it has said its last word to.
    ///
    /// A connection that is closed over unread octets is reset, and a reset can overtake the last reply.
    pub linger: Duration,
    /// How many octets it reads so at most.
    pub linger_octets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections: 10_000,
            message: proto::MAX_MESSAGE,
            idle: Duration::from_secs(600),
            request: Duration::from_secs(60),
            unread: 16 << 10,
            grace: Duration::from_secs(5),
            linger: Duration::from_secs(1),
            linger_octets: 16 << 20,
        }
    }
}
