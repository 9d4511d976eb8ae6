//! What a server allows its peers.

use std::time::Duration;

/// Bounds on what peers can make a server spend.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time, for one listener. Others wait in the kernel's queue.
    pub connections: usize,
    /// Octets of a line or a frame, as PROTOCOL.md counts them. Above [`proto::MAX_MESSAGE`], the protocol's own cap, it has no effect.
    pub message: usize,
    /// How long a connection may go without an octet in either direction.
    pub idle: Duration,
    /// How long a request may take from its first octet to its last.
    pub request: Duration,
    /// Octets of replies that wait in the server to be sent. While they wait, their peer is not read from.
    ///
    /// There may be one reply more than this, and the kernel holds some octets as well.
    pub unread: usize,
    /// How long peers have to take their last replies after the signal to stop.
    pub grace: Duration,
    /// How long a server reads on after its last reply, without using the octets.
    ///
    /// A connection that is closed over unread octets is reset, and a reset can overtake the last reply.
    pub linger: Duration,
    /// How many octets it reads in that time, at most.
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
