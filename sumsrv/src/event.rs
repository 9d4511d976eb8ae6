//! What a server reports while it serves, besides its log.

use std::{net::SocketAddr, sync::Arc};

/// Where events go. The server goes on with that connection only after this has returned.
pub type Events = Arc<dyn Fn(Event) + Send + Sync>;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The stream ended inside a request; the connection is still open.
    Short {
        /// The service's name.
        service: &'static str,
        /// Who sent it.
        peer: SocketAddr,
        /// How many octets of the request had come.
        got: usize,
        /// How many octets were needed at least.
        want: usize,
    },
}
