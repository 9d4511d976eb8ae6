//! What a server has to tell while it serves.

use std::{io, net::SocketAddr, sync::Arc};

/// Where events go. It has returned before the server does anything else on that connection.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The stream ended inside a request; the connection is still open.
    Short {
        /// The encoding's name.
        encoding: &'static str,
        /// Who sent it.
        peer: SocketAddr,
        /// How many octets of the request had come.
        got: usize,
        /// How many were needed at least.
        want: usize,
    },
    /// A connection could not be accepted, for want of descriptors or memory. The server goes on and tries again.
    AcceptFailed {
        /// The encoding's name.
        encoding: &'static str,
        /// What the system said.
        error: io::Error,
    },
}
