//! The network takes small packets only.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use super::weathered::weathered;
use crate::observation::Observed;
use crate::pair::PairLab;
use crate::testbed::Weather;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "no more than 48 octets of a message fit into a packet: every client gets its reply all the same",
    place: Place::Network,
    run,
};

const NAME: &str = "small-mtu";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        weathered(lab, observed, NAME, Weather::SmallMtu).await?;
        Ok(())
    })
}
