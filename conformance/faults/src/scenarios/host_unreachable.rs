//! A host that is not there.

use crate::network::NOBODY;
use crate::unreachable::unreachable;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "host-unreachable",
    must: "nobody answers ARP for the address: EHOSTUNREACH, as soon as ARP gives up (3 s), long before TCP does",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(unreachable(lab, seen, NOBODY, "EHOSTUNREACH"))
}
