//! What is to be run.

use std::sync::Arc;

use crate::cell::Cell;
use crate::participant::Participant;
use crate::protocol::{Encoding, Protocol};

/// What is to be run.
pub struct Plan {
    /// Everybody who plays a part in a cell.
    pub participants: Vec<Arc<Participant>>,
    /// The cells, in the order of the report.
    pub cells: Vec<Cell>,
    /// What the participants speak.
    pub protocol: Arc<dyn Protocol>,
    /// The encodings of these cells.
    pub encodings: Vec<Arc<dyn Encoding>>,
    /// How many clients drive at once.
    pub jobs: usize,
    /// How many cells are measured with two processes each, for comparison.
    pub sample: usize,
}
