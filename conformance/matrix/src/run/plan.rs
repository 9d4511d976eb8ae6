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

#[cfg(test)]
impl Plan {
    /// All that a selection has, one client at a time and nothing besides.
    pub(super) fn of(selection: &crate::select::Selection) -> Plan {
        Plan {
            participants: selection.roles.all.clone(),
            cells: selection.cells.clone(),
            protocol: Arc::clone(&selection.protocol),
            encodings: selection.encodings.clone(),
            jobs: 1,
            sample: 0,
        }
    }
}
