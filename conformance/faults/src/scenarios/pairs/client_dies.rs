//! A client is killed while it waits for its reply.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the server goes on; the next client is served, and nothing is left of the one that died",
    place: Place::Network,
    run,
};

const NAME: &str = "client-dies";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let hosts = Hosts::new(lab, NAME, ClientEnds::Reply).await?;
        hosts.stop_server().await?;
        hosts.client_that_waits().await?.kill().await?;
        hosts.go_on()?;
        hosts.aftermath(observed).await?;
        Ok(())
    })
}
