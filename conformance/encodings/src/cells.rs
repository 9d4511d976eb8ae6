//! In which cells each encoding is right: from what a matrix came to, or from the report of an earlier one.

use std::collections::BTreeMap;
use std::sync::Arc;

use layout::Abis;
use matrix::judged::JudgedCell;
use matrix::participant::Participant;
use matrix::portability::{CellResult, Portability};

use crate::Row;
use crate::report::earlier;

/// By the names of encodings.
#[derive(Clone, Debug, Default)]
pub struct Portabilities(BTreeMap<String, Portability>);

impl Portabilities {
    /// Of cells that ran, or were predicted.
    pub fn of_cells(abis: &Abis, judged: &[JudgedCell]) -> Portabilities {
        let mut all = Portabilities::default();
        for judged in judged {
            if let Some(seen) = CellResult::of(abis, judged) {
                all.add(judged.cell.encoding.name(), seen);
            }
        }
        all
    }

    /// Of the cells of a report, those between these participants.
    pub fn of_report(
        abis: &Abis,
        cells: &[earlier::Cell],
        participants: &[Arc<Participant>],
    ) -> Portabilities {
        let takes_part = |id: &str| participants.iter().any(|one| one.id.to_string() == id);
        let mut all = Portabilities::default();
        for cell in cells {
            if takes_part(&cell.server)
                && takes_part(&cell.client)
                && let Some(seen) = cell.seen(abis)
            {
                all.add(&cell.encoding, seen);
            }
        }
        all
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Gives each row its own.
    pub fn give(mut self, rows: &mut [Row<'_>]) {
        for row in rows {
            row.portability = self.0.remove(row.encoding.name()).unwrap_or_default();
        }
    }

    fn add(&mut self, encoding: &str, seen: CellResult) {
        self.0.entry(encoding.to_owned()).or_default().add(seen);
    }
}
