//! The server's host vanishes while the client has nothing to say.

use std::time::Duration;

use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ConnectedHosts, Lab, Side};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "idle-server-vanishes",
    must: "keep-alive finds it without a line being typed: asked after 1 s, every second, twice; then ETIMEDOUT (or EHOSTUNREACH)",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let hosts = ConnectedHosts::new(lab, &[], &["--keepalive", "1,1,2"]).await?;
        hosts.network.silence(Side::Server).await?;
        let vanished = Instant::now();
        let end = hosts.client.end().await?;
        observed
            .client
            .is_one_of(&["ETIMEDOUT", "EHOSTUNREACH"], end.word());
        observed.ended_within(Duration::from_secs(8), end.at - vanished, end.asleep);
        Ok(())
    })
}
