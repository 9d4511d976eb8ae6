//! What a run found out, as far as reports tell it: from the run itself, or from the reports of its shards.

use std::collections::BTreeMap;

use super::measured::Measured;
use crate::claims::{self, Claimed};
use crate::participant::ParticipantId;
use crate::run::{ParticipantStatus, Results};

/// What a run found out, but for its cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Of each participant.
    pub known: BTreeMap<ParticipantId, Known>,
    /// What it took.
    pub measured: Measured,
}

/// What became of a participant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// What runs it, if it was built.
    pub runner: Option<String>,
    /// What compiled it, if it was built.
    pub compiler: Option<String>,
    /// What it measured on itself, if it was asked.
    pub facts: BTreeMap<String, String>,
    /// Whether that is not what the model says.
    pub differs: bool,
    /// Why it does not take part, if it does not.
    pub trouble: Option<String>,
}

impl Found {
    /// What a run found out.
    pub fn of(results: &Results) -> Found {
        let statuses = results.statuses.iter();
        Found {
            known: statuses
                .map(|(id, status)| (id.clone(), Known::of(status)))
                .collect(),
            measured: Measured::of(results),
        }
    }

    /// The claim about the participants' own facts.
    pub fn claim(&self) -> Option<Claimed> {
        let count = |wanted: fn(&Known) -> bool| {
            let known = self.known.values();
            known.filter(|known| wanted(known)).count()
        };
        let differing = count(|known| known.differs);
        // A program that is as it is says nothing about itself.
        let ready = count(|known| known.trouble.is_none() && !known.facts.is_empty());
        claims::of_facts(ready + differing, differing)
    }
}

impl Known {
    fn of(status: &ParticipantStatus) -> Known {
        let (built, facts) = match status {
            ParticipantStatus::Ready { built, report } => (Some(built), report.facts.clone()),
            ParticipantStatus::Differs { built, facts, .. } => (Some(built), facts.clone()),
            ParticipantStatus::Built(built) => (Some(built), BTreeMap::new()),
            _ => (None, BTreeMap::new()),
        };
        Known {
            runner: built.map(|built| built.runner.clone()),
            compiler: built.map(|built| built.compiler.clone()),
            facts,
            differs: matches!(status, ParticipantStatus::Differs { .. }),
            trouble: status.trouble().map(str::to_owned),
        }
    }
}
