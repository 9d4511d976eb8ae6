//! Packets are lost.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use super::weathered::weathered;
use crate::observation::Observed;
use crate::pair::PairLab;
use crate::testbed::Weather;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "one packet in five is lost each way, and sent again: every client gets its reply all the same",
    place: Place::Network,
    run,
};

const NAME: &str = "loss";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        weathered(lab, observed, NAME, Weather::Loss).await?;
        Ok(())
    })
}
