//! The network is cut before a client connects.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "nothing answers; the client is told",
    place: Place::Network,
    run,
};

const NAME: &str = "network-cut";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let hosts = Hosts::new(lab, NAME, ClientEnds::Told).await?;
        hosts.network.cut().await?;
        let end = hosts.ask().await?;
        hosts.judge(observed, &end);
        Ok(())
    })
}
