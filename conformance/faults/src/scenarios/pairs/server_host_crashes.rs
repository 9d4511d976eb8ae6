//! The server's host crashes while a client waits for its reply.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};
use crate::testbed::Side;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the host is silent, no FIN and no RST: only a time-out of the client's own tells it",
    place: Place::Network,
    run,
};

const NAME: &str = "server-host-crashes";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::new(lab, NAME, ClientEnds::Told).await?;
        hosts.stop_server().await?;
        let client = hosts.client_that_waits().await?;
        hosts.network.silence(Side::Server).await?;
        hosts.kill_server().await?;
        let end = hosts.end_of(client).await?;
        hosts.judge(observed, &end);
        Ok(())
    })
}
