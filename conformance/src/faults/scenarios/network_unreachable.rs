//! A network that no way leads to.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::time::Instant;

use crate::faults::client::Client;
use crate::faults::network::ELSEWHERE;
use crate::faults::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-unreachable",
    must: "the router knows no way and says so (ICMP): ENETUNREACH, long before TCP gives up",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let network = lab.network().await?;
        let begun = Instant::now();
        let connect = lab.connect(&[], SocketAddr::new(ELSEWHERE, 7));
        let end = Client::start(network.client.inside(connect))?.end().await?;
        seen.client.is("ENETUNREACH", end.word());
        seen.client.within(Duration::from_secs(10), end.at - begun);
        seen.took = Some(end.at - begun);
        Ok(())
    })
}
