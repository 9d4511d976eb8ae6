//! What building for a target and running a cell cost: from a report of an earlier run, or else from a table of what was measured once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::cell::Cell;
use crate::participant::{Participant, ParticipantId};

/// What a participant cost in an earlier run, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Building it; `None` where that was not measured.
    pub build: Option<f64>,
    /// Its share, as a client, of the run phase.
    pub run: f64,
    /// Of so many cells.
    pub cells: usize,
}

/// Costs, in milliseconds: whole numbers add up to the same on every machine.
#[derive(Clone, Debug, Default)]
pub struct Costs {
    measured: BTreeMap<String, Cost>,
}

/// The builtin table, in seconds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Bringing a target's tools.
    target: f64,
    /// A cell of sixteen vectors.
    cell: f64,
    /// Building, by implementation.
    build: BTreeMap<String, f64>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the table is part of the program, and a test parses it"
    )]
    toml::from_str(include_str!("../../costs.toml")).expect("costs.toml parses")
});

/// What an implementation without a row costs to build: as much as the costliest.
fn costliest() -> f64 {
    TABLE.build.values().copied().fold(0.0, f64::max)
}

impl Costs {
    /// As a run measured them, by the names of participants. What it did not measure is taken from the table.
    pub fn new(measured: BTreeMap<String, Cost>) -> Costs {
        Costs { measured }
    }

    /// Bringing a target's tools, once a shard.
    pub(super) fn target() -> u64 {
        milliseconds(TABLE.target)
    }

    /// Building a participant.
    pub(super) fn build(&self, participant: &Participant) -> u64 {
        let table = || {
            let implementation = &participant.id.implementation;
            TABLE.build.get(implementation).copied()
        };
        let measured = self.get(&participant.id).and_then(|cost| cost.build);
        milliseconds(measured.or_else(table).unwrap_or_else(costliest))
    }

    /// Running a cell.
    pub(super) fn cell(&self, cell: &Cell) -> u64 {
        if !cell.is_declared() {
            return 0;
        }
        let measured = self.get(&cell.client.id).and_then(|cost| {
            let cells = u32::try_from(cost.cells).ok().filter(|cells| *cells > 0)?;
            Some(cost.run / f64::from(cells))
        });
        // A cell takes about a millisecond: it is counted in microseconds.
        milliseconds(1000.0 * measured.unwrap_or(TABLE.cell))
    }

    fn get(&self, id: &ParticipantId) -> Option<&Cost> {
        self.measured.get(&id.to_string())
    }
}

/// A whole number of milliseconds. A report may hold any number: a cost is at least nothing and at most a year.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between nothing and a year"
)]
fn milliseconds(seconds: f64) -> u64 {
    const YEAR: f64 = 365.0 * 24.0 * 3600.0;
    let seconds = if seconds.is_finite() {
        seconds.clamp(0.0, YEAR)
    } else {
        0.0
    };
    (seconds * 1000.0).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::participant::implementations;

    #[test]
    fn the_table_has_a_row_for_every_implementation() {
        for implementation in implementations() {
            assert!(
                TABLE.build.contains_key(&implementation.name),
                "costs.toml has no row `{}`",
                implementation.name
            );
        }
    }

    #[test]
    fn what_a_report_says_of_costs_is_taken_within_reason() {
        for (seconds, expected) in [
            (0.0, 0),
            (-1.0, 0),
            (f64::NAN, 0),
            (f64::INFINITY, 0),
            (1.2345, 1235),
            (1e300, 31_536_000_000),
        ] {
            assert_eq!(milliseconds(seconds), expected, "{seconds}");
        }
    }
}
