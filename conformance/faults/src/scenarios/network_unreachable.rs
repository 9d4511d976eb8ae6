//! A network that no way leads to.

use crate::network::ELSEWHERE;
use crate::unreachable::unreachable;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-unreachable",
    must: "the router knows no way and says so (ICMP): ENETUNREACH, long before TCP gives up",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(unreachable(lab, seen, ELSEWHERE, "ENETUNREACH"))
}
