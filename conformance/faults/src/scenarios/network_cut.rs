//! The network is cut: the client's link goes down.

use std::time::Duration;

use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ConnectedHosts, Lab};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-cut",
    must: "no FIN ever comes: ETIMEDOUT (or EHOSTUNREACH, where ARP says so) after the time that the client was given, 2 s; the server knows nothing of it",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let ConnectedHosts {
            network,
            server,
            mut client,
            ends,
        } = ConnectedHosts::new(lab, &[], &["--user-timeout", "2"]).await?;
        network.cut().await?;
        let cut = Instant::now();
        client.types("3 4").await?;
        let end = client.end().await?;
        observed
            .client
            .is_one_of(&["ETIMEDOUT", "EHOSTUNREACH"], end.word());
        observed.ended_within(Duration::from_secs(5), end.at - cut, end.asleep);
        observed.server.is("ESTABLISHED", server.pid().state(ends)?);
        Ok(())
    })
}
