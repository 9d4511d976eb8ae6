//! A client sends its request and closes its sending side.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use super::replayed::replayed;
use crate::observation::Observed;
use crate::pair::{Manner, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the reply comes all the same, as long as it was; nothing is left",
    place: Place::Network,
    run,
};

const NAME: &str = "half-close";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        replayed(lab, observed, NAME, Manner::HalfClose).await?;
        Ok(())
    })
}
