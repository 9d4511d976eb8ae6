//! A client connects and says nothing, and its host crashes and boots again: the server's end of the connection is half-open.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::pair::{ClientEnds, Hosts, PairLab, Peer};
use crate::testbed::Side;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "the next client is served. What the server keeps of the dead connection is not looked at: only keep-alive, after hours, or a time-out of its own finds it",
    place: Place::Network,
    run,
};

const NAME: &str = "half-open";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::new(lab, NAME, ClientEnds::Reply).await?;
        let peer = Peer::that_holds(&hosts, 1).await?;
        hosts.accepted().await?;
        hosts.network.silence(Side::Client).await?;
        drop(peer);
        hosts.network.reboot(Side::Client).await?;
        hosts.next_client(observed).await?;
        Ok(())
    })
}
