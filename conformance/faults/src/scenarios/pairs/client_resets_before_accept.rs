//! A client resets its connection while it waits to be accepted.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab, Peer};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the server goes on; the next client is served, and nothing is left",
    place: Place::Network,
    run,
};

const NAME: &str = "client-resets-before-accept";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let hosts = Hosts::new(lab, NAME, ClientEnds::Reply).await?;
        // A server that is stopped accepts nobody; its kernel makes connections all the same.
        hosts.stop_server().await?;
        Peer::resets(&hosts).await?;
        hosts.go_on()?;
        hosts.aftermath(observed).await?;
        Ok(())
    })
}
