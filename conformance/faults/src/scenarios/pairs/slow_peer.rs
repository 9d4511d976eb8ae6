//! A client sends its request octet by octet, a moment between two.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use super::replayed::replayed;
use crate::observation::Observed;
use crate::pair::{Manner, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the server waits for the rest, and the reply comes as ever; nothing is left",
    place: Place::Network,
    run,
};

const NAME: &str = "slow-peer";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        replayed(lab, observed, NAME, Manner::Slowly).await?;
        Ok(())
    })
}
