//! What was observed of a cell.

use std::sync::Arc;

use crate::outcome::Outcome;

/// One exchange, as it was observed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Exchange {
    /// The outcome.
    pub outcome: Outcome,
    /// The octets that the client sent.
    pub sent: Vec<u8>,
    /// The octets that came back.
    pub received: Vec<u8>,
}

/// What was observed of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Observation {
    /// Every vector was exchanged. Cells of which the same was observed may share it.
    Ran(Arc<[Exchange]>),
    /// One end does not implement the encoding.
    Unsupported,
    /// It did not come to that, and why.
    CouldNotRun(String),
}
