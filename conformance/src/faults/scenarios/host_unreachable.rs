//! A host that is not there.

use crate::faults::network::NOBODY;
use crate::faults::unreachable::unreachable;
use crate::faults::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "host-unreachable",
    must: "nobody answers ARP for the address: EHOSTUNREACH, as soon as ARP gives up (3 s), long before TCP does",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(unreachable(lab, seen, NOBODY, "EHOSTUNREACH"))
}
