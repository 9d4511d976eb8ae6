//! A network that no way leads to.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ELSEWHERE, Lab, unreachable};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-unreachable",
    must: "the router knows no way and says so (ICMP): ENETUNREACH, long before TCP gives up",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(unreachable(lab, observed, ELSEWHERE, "ENETUNREACH"))
}
