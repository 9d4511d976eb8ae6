//! The server's host crashes while a client waits for its reply, and boots again.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};
use crate::testbed::Side;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the new host knows nothing of the client, which waits for it: the client is told, and the next one is served",
    place: Place::Network,
    run,
};

const NAME: &str = "server-host-reboots";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::new(lab, NAME, ClientEnds::Told).await?;
        hosts.stop_server().await?;
        let client = hosts.client_that_waits().await?;
        hosts.network.silence(Side::Server).await?;
        hosts.network.reboot(Side::Server).await?;
        hosts.serve().await?;
        let end = hosts.end_of(client).await?;
        hosts.judge(observed, &end);
        hosts.next_client(observed).await?;
        Ok(())
    })
}
