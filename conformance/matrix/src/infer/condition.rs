//! A condition under which a cell breaks: a fact, or two that must hold together.

use std::fmt;

use super::fact::{DistinguishingFact, Facts, Tier};
use crate::cause::Cause;

/// Facts that hold together where cells break: one, or two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition {
    /// The first, which says what goes wrong.
    pub fact: DistinguishingFact,
    /// What must hold, too.
    pub and: Option<DistinguishingFact>,
}

impl Condition {
    /// Its facts.
    pub fn facts(&self) -> impl Iterator<Item = &DistinguishingFact> {
        std::iter::once(&self.fact).chain(&self.and)
    }

    /// Whether it holds between these two.
    pub fn holds(&self, server: &Facts, client: &Facts) -> bool {
        self.facts().all(|fact| fact.holds(server, client))
    }

    /// The cause that it stands for; what is no fact of a machine is none.
    pub fn cause(&self) -> Option<Cause> {
        self.fact.cause()
    }

    pub(super) fn tier(&self) -> Tier {
        let and = self.and.as_ref().map(DistinguishingFact::tier);
        self.fact.tier().max(and.unwrap_or(Tier::Likely))
    }
}

impl From<DistinguishingFact> for Condition {
    fn from(fact: DistinguishingFact) -> Condition {
        Condition { fact, and: None }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fact)?;
        match &self.and {
            Some(and) => write!(f, " and {and}"),
            None => Ok(()),
        }
    }
}
