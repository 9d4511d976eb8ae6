//! Nothing goes wrong.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "five clients, one after the other, get their reply, and nothing is left of them; if not, no other scenario says anything",
    place: Place::Network,
    run,
};

const NAME: &str = "undisturbed";

const CLIENTS: usize = 5;

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::bare(lab, NAME, ClientEnds::Reply).await?;
        hosts.begin().await?;
        for _ in 0..CLIENTS {
            let end = hosts.ask().await?;
            hosts.judge(observed, &end);
        }
        hosts.nothing_left(observed).await?;
        Ok(())
    })
}
