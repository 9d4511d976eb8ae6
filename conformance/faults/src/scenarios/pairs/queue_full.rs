//! More clients than the kernel keeps for a server that does not accept.

use super::super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::{Halt, Observed};
use procfs::net::TcpState;

use crate::pair::{ClientEnds, Hosts, PairLab, Peer};
use crate::testbed::until;

pub(super) const SCENARIO: Scenario<PairLab> = Scenario {
    name: NAME,
    must: "no more than 4 wait for the server: a client that is not let into the queue is served as soon as there is room, and nothing is left",
    place: Place::Network,
    run,
};

const NAME: &str = "queue-full";

const CROWD: usize = 16;

fn run<'a>(lab: &'a PairLab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut hosts = Hosts::bare(lab, NAME, ClientEnds::Reply).await?;
        hosts.network.set_server("net/core/somaxconn", "4").await?;
        hosts.begin_undisturbed().await?;
        hosts.stop_server().await?;
        let crowd = Peer::that_holds(&hosts, CROWD).await?;
        let host = hosts.network.client.pid()?;
        let unheard = move || -> Result<usize, Halt> {
            let sockets = host.sockets()?;
            let unheard = sockets.iter().filter(|one| one.state == TcpState::SynSent);
            Ok(unheard.count())
        };
        // Those that are not let in send their SYN again and again, and so does the client.
        let before = until("a full queue", || {
            Ok(Some(unheard()?).filter(|count| *count > 0))
        });
        let before = before.await?;
        let client = hosts.client().await?;
        until("a client that is not let into the queue", || {
            Ok((unheard()? > before).then_some(()))
        })
        .await?;
        drop(crowd);
        hosts.go_on()?;
        let end = hosts.end_of(client).await?;
        hosts.judge(observed, &end);
        hosts.aftermath(observed).await?;
        Ok(())
    })
}
