//! What is known of the two programs: how each is started, and how the client's words are read.

use std::net::SocketAddr;

use cross::process::{Exit, Invocation};

/// A server and a client.
pub trait Programs: Send + Sync {
    /// The server, to listen at this address until it is ended.
    fn serve(&self, at: SocketAddr) -> Invocation;

    /// The client, to make its one request to a server at this address.
    fn ask(&self, at: SocketAddr) -> Asking;

    /// What a client says that it saw, from how it ended and what it printed.
    fn said(&self, exit: Exit, printed: &str) -> Said;

    /// The reply that is right, as [`Said::Reply`] has it.
    fn right(&self) -> &str;
}

/// A client that makes one request.
pub struct Asking {
    /// Its program.
    pub invocation: Invocation,
    /// What it reads on its standard input.
    pub input: String,
}

/// What a client says that it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A reply, in words.
    Reply(String),
    /// That there is none: by its status, or in the words of the contract.
    Failed(String),
    /// Nothing that a user could tell from a success, or it was killed by a signal.
    Hidden(String),
}
