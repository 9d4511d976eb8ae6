//! The network is cut while a client waits for its reply, and mended again.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the reply is sent again: the client gets it late, and nothing is left",
    place: Place::Network,
    run,
};

const NAME: &str = "network-cut-and-mended";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let hosts = Hosts::new(lab, NAME, ClientEnds::Reply).await?;
        hosts.stop_server().await?;
        let client = hosts.client_that_waits().await?;
        hosts.network.cut().await?;
        hosts.go_on()?;
        hosts.unacknowledged().await?;
        hosts.network.mend().await?;
        let end = hosts.end_of(client).await?;
        hosts.judge(observed, &end);
        hosts.aftermath(observed).await?;
        Ok(())
    })
}
