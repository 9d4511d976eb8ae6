//! What a run has found out so far. It is complete at every moment: what did not come to pass is reported as such.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::build::Built;
use super::plan::Plan;
use super::self_check::SelfReport;
use crate::observation::Observation;
use crate::participant::ParticipantId;
use kit::pool::Pool;

/// What became of a participant.
#[derive(Clone, Debug)]
pub enum ParticipantStatus {
    /// It was not looked at yet.
    Unknown,
    /// It was built, and not asked about itself yet.
    Built(Built),
    /// It takes part.
    Ready {
        /// How to start it, and what made it.
        built: Built,
        /// What it said about itself.
        report: SelfReport,
    },
    /// It could not be built.
    NotBuilt(String),
    /// It could not be asked about itself.
    NotAsked(String),
    /// Its facts are not the model's.
    Differs {
        /// How to start it, and what made it.
        built: Built,
        /// What it measured.
        facts: BTreeMap<String, String>,
        /// The differences, in words.
        why: String,
    },
    /// It did not do what PARTICIPANTS.md asks.
    BreaksContract(String),
}

impl ParticipantStatus {
    /// Why it does not take part, if it does not.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            ParticipantStatus::Ready { .. } => None,
            ParticipantStatus::Unknown => Some("the run ended before it was built"),
            ParticipantStatus::Built(_) => Some("the run ended before it was asked about itself"),
            ParticipantStatus::NotBuilt(why)
            | ParticipantStatus::NotAsked(why)
            | ParticipantStatus::Differs { why, .. }
            | ParticipantStatus::BreaksContract(why) => Some(why),
        }
    }
}

/// What became of participants so far.
pub(super) type Statuses = BTreeMap<ParticipantId, ParticipantStatus>;

/// What is known so far.
#[derive(Clone)]
pub struct Results {
    /// Of each participant.
    pub statuses: BTreeMap<ParticipantId, ParticipantStatus>,
    /// Of each cell, in the order of the plan.
    pub observations: Vec<Observation>,
    /// How long the phases took.
    pub seconds: Seconds,
    /// How many processes the phases started.
    pub processes: Processes,
    /// The comparison with two processes a cell.
    pub sample: Option<Sampled>,
    /// What each participant cost.
    pub costs: BTreeMap<ParticipantId, Cost>,
}

/// What a participant cost, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Building it; `None` where it was there already.
    pub building: Option<f64>,
    /// From its start as a client to its last answer, with others beside it.
    pub driving: f64,
    /// How many cells it drove.
    pub cells: usize,
}

/// How long the phases took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seconds {
    /// Building, or finding everything built.
    pub build: f64,
    /// Asking every participant about itself.
    pub prove: f64,
    /// Running the cells, from the first server's start to the last one's end.
    pub run: f64,
}

/// How many processes the phases started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Processes {
    /// Compilers, and questions about versions.
    pub build: u64,
    /// Two questions to each participant.
    pub prove: u64,
    /// Servers and clients.
    pub run: u64,
    /// The comparison.
    pub sample: u64,
}

/// What a sample of the cells took, each with a server and a client of its own.
#[derive(Clone, Copy, Debug)]
pub struct Sampled {
    /// How many cells.
    pub cells: usize,
    /// All of them together, as many at once as clients are in the run.
    pub seconds: f64,
}

/// What the phases write their findings into; a run that is interrupted leaves them there. Copies are the same.
#[derive(Clone)]
pub struct Partial(Arc<Mutex<Results>>);

impl Partial {
    /// Nothing is known of this plan yet.
    pub fn new(plan: &Plan) -> Partial {
        let unknown = Observation::CouldNotRun("the run ended before this cell".to_owned());
        let ids = plan.participants.iter().map(|one| one.id.clone());
        Partial(Arc::new(Mutex::new(Results {
            statuses: ids.map(|id| (id, ParticipantStatus::Unknown)).collect(),
            observations: vec![unknown; plan.cells.len()],
            seconds: Seconds::default(),
            processes: Processes::default(),
            sample: None,
            costs: BTreeMap::new(),
        })))
    }

    /// What is known by now; `None` where a panic while it was written destroyed it.
    pub fn results(&self) -> Option<Results> {
        self.0.lock().ok().map(|results| results.clone())
    }

    pub(super) fn note(&self, write: impl FnOnce(&mut Results)) {
        // A panic while it was locked is a bug of ours. `results` reports it.
        if let Ok(mut results) = self.0.lock() {
            write(&mut results);
        }
    }

    /// Notes what was observed of a cell, by its number in the plan.
    pub(super) fn note_cell(&self, cell: usize, observation: Observation) {
        self.note(|results| {
            if let Some(place) = results.observations.get_mut(cell) {
                *place = observation;
            }
        });
    }

    pub(super) fn statuses(&self) -> Statuses {
        let results = self.0.lock();
        results
            .map(|results| results.statuses.clone())
            .unwrap_or_default()
    }

    /// Notes what becomes of each participant. One whose task panicked has `failed`, and no other has.
    pub(super) async fn note_statuses(
        &self,
        mut pool: Pool<ParticipantId, ParticipantStatus>,
        failed: fn(String) -> ParticipantStatus,
    ) {
        while let Some((id, status)) = pool.next().await {
            let status = status.unwrap_or_else(failed);
            self.note(|results| drop(results.statuses.insert(id, status)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::select::{Names, Selection};
    use crate::sums::vectors::PairChoice;

    #[tokio::test]
    async fn a_build_that_panics_is_one_participants_trouble_and_no_others() {
        let names = Names {
            targets: vec!["i686-unknown-linux-gnu".to_owned()],
            ..Names::default()
        };
        let selection = Selection::new(None, names, PairChoice::default(), None);
        let selection = selection.unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::of(&selection);
        let partial = Partial::new(&plan);
        let mut builds = Pool::new(1);
        for (at, participant) in plan.participants.iter().enumerate() {
            builds.spawn(participant.id.clone(), async move {
                assert_ne!(at, 0, "out of cheese");
                ParticipantStatus::NotBuilt("no compiler".to_owned())
            });
        }
        partial
            .note_statuses(builds, ParticipantStatus::NotBuilt)
            .await;
        let statuses = partial.statuses();
        let troubles: Vec<_> = statuses.values().filter_map(|one| one.trouble()).collect();
        assert!(
            troubles.len() > 1 && troubles[0].contains("out of cheese"),
            "{troubles:?}"
        );
        assert!(
            troubles[1..].iter().all(|why| *why == "no compiler"),
            "{troubles:?}"
        );
    }
}
