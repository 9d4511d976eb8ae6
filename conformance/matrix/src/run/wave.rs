//! Cells that run together: all of them, or first those of the participants that are ready while others are still built.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::partial::{ParticipantStatus, Statuses};
use super::plan::Plan;
use crate::cell::Cell;

/// Some cells of a plan, and how many processes were started for them.
#[derive(Default)]
pub(super) struct Wave {
    /// Their numbers.
    cells: BTreeSet<usize>,
    started: Arc<AtomicU64>,
}

impl Wave {
    /// The cells both of whose participants take part.
    pub(super) fn of_ready(plan: &Plan, statuses: &Statuses) -> Wave {
        let is_ready = |id| matches!(statuses.get(id), Some(ParticipantStatus::Ready { .. }));
        let cells = plan.cells.iter().enumerate();
        let both = cells.filter(|(_, cell)| is_ready(&cell.server.id) && is_ready(&cell.client.id));
        Wave {
            cells: both.map(|(number, _)| number).collect(),
            started: Arc::default(),
        }
    }

    /// All the cells that are not in this one.
    pub(super) fn others(&self, plan: &Plan) -> Wave {
        let all = 0..plan.cells.len();
        Wave {
            cells: all.filter(|number| !self.cells.contains(number)).collect(),
            started: Arc::default(),
        }
    }

    /// The cells with their numbers, in the order of the plan.
    pub(super) fn cells<'p>(&self, plan: &'p Plan) -> impl Iterator<Item = (usize, &'p Cell)> {
        let cells = self.cells.iter();
        cells.filter_map(|&number| Some((number, plan.cells.get(number)?)))
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// Counts a server or a client that is about to be started.
    pub(super) fn counts_process(&self) {
        self.started.fetch_add(1, Ordering::Relaxed);
    }

    /// How many servers and clients were started; what black boxes start besides is not counted here.
    pub(super) fn started(&self) -> u64 {
        self.started.load(Ordering::Relaxed)
    }
}
