//! What an explanation is sought for: cells that ran.

use super::fact::Facts;

/// A cell, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Ran<'a> {
    /// The server's.
    pub server: &'a Facts,
    /// The client's.
    pub client: &'a Facts,
    /// Whether every answer was as promised.
    pub right: bool,
    /// What travelled, for each vector.
    pub exchanges: Vec<Octets<'a>>,
}

/// What travelled in one exchange.
#[derive(Clone, Copy, Debug)]
pub struct Octets<'a> {
    /// What the client wrote.
    pub sent: &'a [u8],
    /// What the server wrote.
    pub received: &'a [u8],
    /// Whether the answer was as promised.
    pub right: bool,
}
