//! The server dies first of both ends, and is started again at the same port.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use procfs::net::TcpState;

use crate::pair::{ClientEnds, Hosts, PairLab, Peer};

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "its side of the connection is in TIME_WAIT; it listens again all the same (SO_REUSEADDR), and serves",
    place: Place::Network,
    run,
};

const NAME: &str = "restart-in-time-wait";

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::new(lab, NAME, ClientEnds::Reply).await?;
        let _peer = Peer::that_holds(&hosts, 1).await?;
        hosts.accepted().await?;
        // Its kernel ends the connection, and the peer, which reads, ends it as well.
        hosts.kill_server().await?;
        let waiting = "a connection in TIME_WAIT at the server's host";
        hosts.connection_in(waiting, &[TcpState::TimeWait]).await?;
        hosts.serve().await?;
        hosts.next_client(observed).await?;
        Ok(())
    })
}
