//! What a scenario is.

use std::pin::Pin;

use crate::observation::{Halt, Observed};
use crate::testbed::Lab;

/// A failure, and how to make it happen with what is in a lab: the programs of this repository, or a user's own.
pub struct Scenario<L: 'static = Lab> {
    /// Its name on the command line and in reports.
    pub name: &'static str,
    /// What must be observed, in words.
    pub must: &'static str,
    /// Where it happens.
    pub place: Place,
    /// Makes it happen and writes down what was observed.
    pub run: for<'a> fn(&'a L, &'a mut Observed) -> ScenarioFuture<'a>,
}

/// A scenario without the way to make it happen: what a report says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name on the command line and in reports.
    pub name: &'static str,
    /// What must be observed, in words.
    pub must: &'static str,
    /// Where it happens.
    pub place: Place,
}

impl<L> Scenario<L> {
    /// What a report says of it.
    pub fn about(&self) -> About {
        About {
            name: self.name,
            must: self.must,
            place: self.place,
        }
    }
}

/// Where a scenario happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On this machine, over its loopback interface.
    Here,
    /// Between hosts that are made for it of network namespaces.
    Network,
}

/// A scenario under way.
pub type ScenarioFuture<'a> = Pin<Box<dyn Future<Output = Result<(), Halt>> + Send + 'a>>;
