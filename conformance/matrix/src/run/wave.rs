//! Cells that run together: those of a group's participants while others are still built, and at last all that are left.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::groups::Group;
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
    /// The cells both of whose participants are of this group, and take part.
    pub(super) fn among(plan: &Plan, statuses: &Statuses, group: &Group) -> Wave {
        let is_ready = |id| {
            group.contains(id) && matches!(statuses.get(id), Some(ParticipantStatus::Ready { .. }))
        };
        let cells = plan.cells.iter().enumerate();
        let both = cells.filter(|(_, cell)| is_ready(&cell.server.id) && is_ready(&cell.client.id));
        Wave {
            cells: both.map(|(number, _)| number).collect(),
            started: Arc::default(),
        }
    }

    /// Takes the cells of another in, too.
    pub(super) fn add(&mut self, other: &Wave) {
        self.cells.extend(&other.cells);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::build::Built;
    use crate::run::self_check::SelfReport;
    use crate::select::{Names, Selection};
    use crate::sums::vectors::PairChoice;

    #[test]
    fn who_is_ready_meets_first_and_every_cell_is_in_one_wave() {
        let names = Names {
            targets: vec!["i686-unknown-linux-gnu".to_owned()],
            ..Names::default()
        };
        let selection = Selection::new(None, names, PairChoice::default(), None);
        let selection = selection.unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::of(&selection);
        let statuses = plan.participants.iter().map(|participant| {
            let status = match participant.id.implementation.as_str() {
                "rust" => ParticipantStatus::Unknown,
                _ => ParticipantStatus::Ready {
                    built: Built::of_nothing(),
                    report: SelfReport::default(),
                },
            };
            (participant.id.clone(), status)
        });
        let statuses = statuses.collect();
        let all: Group = plan.participants.iter().map(|one| one.id.clone()).collect();
        let early = Wave::among(&plan, &statuses, &all);
        let others = early.others(&plan);
        assert!(!early.is_empty() && !others.is_empty());
        let has = |cell: &Cell, name| {
            [&cell.server, &cell.client]
                .iter()
                .any(|one| one.id.implementation == name)
        };
        assert!(early.cells(&plan).all(|(_, cell)| !has(cell, "rust")));
        assert!(others.cells(&plan).all(|(_, cell)| has(cell, "rust")));
        let mut numbers: Vec<_> = early.cells(&plan).chain(others.cells(&plan)).collect();
        numbers.sort_by_key(|(number, _)| *number);
        assert_eq!(numbers.len(), plan.cells.len());
        assert!(Wave::default().others(&plan).cells(&plan).count() == plan.cells.len());

        let some = all.into_iter().filter(|id| id.implementation == "c-gcc");
        let some = Wave::among(&plan, &statuses, &some.collect());
        assert!(!some.is_empty());
        assert!(some.cells(&plan).all(|(_, cell)| !has(cell, "c-clang")));
    }
}
