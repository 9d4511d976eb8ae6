//! The network is cut: the client's link goes down.

use std::time::Duration;

use tokio::time::Instant;

use crate::wired::Wired;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-cut",
    must: "no FIN ever comes: ETIMEDOUT (or EHOSTUNREACH, where ARP says so) after the time that the client was given, 2 s; the server knows nothing of it",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let Wired {
            network,
            server,
            mut client,
            ends,
        } = Wired::new(lab, &[], &["--user-timeout", "2"]).await?;
        network.cut().await?;
        let cut = Instant::now();
        client.types("3 4").await?;
        let end = client.end().await?;
        seen.client
            .is_one_of(&["ETIMEDOUT", "EHOSTUNREACH"], end.word());
        seen.client.within(Duration::from_secs(5), end.at - cut);
        seen.took = Some(end.at - cut);
        seen.server.is("ESTABLISHED", server.pid().state(ends)?);
        Ok(())
    })
}
