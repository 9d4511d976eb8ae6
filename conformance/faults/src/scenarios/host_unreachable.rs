//! A host that is not there.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Lab, NOBODY, unreachable};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "host-unreachable",
    must: "nobody answers ARP for the address: EHOSTUNREACH, as soon as ARP gives up (3 s), long before TCP does",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(unreachable(lab, observed, NOBODY, "EHOSTUNREACH"))
}
