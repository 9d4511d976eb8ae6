//! A host that is not there.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::faults::client::Client;
use crate::faults::network::NOBODY;
use crate::faults::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "host-unreachable",
    must: "nobody answers ARP for the address: EHOSTUNREACH, as soon as ARP gives up (3 s), long before TCP does",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let network = lab.network().await?;
        let begun = Instant::now();
        let connect = lab.connect(&[], SocketAddr::new(NOBODY, 7));
        let end = Client::start(network.client.inside(connect))?.end().await?;
        seen.client.is("EHOSTUNREACH", end.word());
        seen.client.within(Duration::from_secs(10), end.at - begun);
        seen.took = Some(end.at - begun);
        Ok(())
    })
}
