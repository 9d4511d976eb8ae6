//! The server dies while a client waits for its reply: once with the request unread, so that its kernel resets the connection, and once with all of it read, so that it ends it.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab, recorded};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the client is told, both times",
    place: Place::Network,
    run,
};

const NAME: &str = "server-dies-while-client-waits";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::new(lab, NAME, ClientEnds::Told).await?;
        hosts.stop_server().await?;
        let client = hosts.client_that_waits().await?;
        hosts.kill_server().await?;
        let end = hosts.end_of(client).await?;
        hosts.judge(observed, &end);
        let (_, end) = recorded(&hosts).await?;
        hosts.judge(observed, &end);
        Ok(())
    })
}
