//! Packets come twice.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use super::weathered::weathered;
use crate::observation::Observed;
use crate::pair::PairLab;
use crate::testbed::Weather;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "every packet comes twice: every client gets its reply, and the server does nothing twice",
    place: Place::Network,
    run,
};

const NAME: &str = "duplication";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        weathered(lab, observed, NAME, Weather::Duplication).await?;
        Ok(())
    })
}
