//! The server's host crashes.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ConnectedHosts, Lab, Side};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-crashes",
    must: "the host is silent, no FIN and no RST: ETIMEDOUT (or EHOSTUNREACH, where ARP says so) after the time that the client was given, 2 s",
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
        network.silence(Side::Server).await?;
        server.signal(Signal::SIGKILL);
        observed.server.is("killed by SIGKILL", server.end().await?);
        let crashed = Instant::now();
        let host = network.client.pid()?;
        // The client's kernel has not heard of it.
        observed
            .client
            .is("ESTABLISHED", host.state(ends.turned())?);
        client.types("3 4").await?;
        let end = client.end().await?;
        observed
            .client
            .is_one_of(&["ETIMEDOUT", "EHOSTUNREACH"], end.word());
        observed.ended_within(Duration::from_secs(5), end.at - crashed, end.asleep);
        Ok(())
    })
}
