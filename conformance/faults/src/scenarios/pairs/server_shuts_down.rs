//! The server is asked to end (SIGTERM) while a client waits for its reply.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the client gets the reply or is told; the server ends, and no process is left of it",
    place: Place::Network,
    run,
};

const NAME: &str = "server-shuts-down";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::new(lab, NAME, ClientEnds::ReplyOrTold).await?;
        hosts.stop_server().await?;
        let client = hosts.client_that_waits().await?;
        hosts.go_on()?;
        let ended = hosts.terminate_server().await?;
        let end = hosts.end_of(client).await?;
        hosts.judge(observed, &end);
        hosts.judge_end(observed, &ended);
        Ok(())
    })
}
