//! The server's host crashes.

use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::time::Instant;

use crate::wired::Wired;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-crashes",
    must: "the host is silent, no FIN and no RST: ETIMEDOUT (or EHOSTUNREACH, where ARP says so) after the time that the client was given, 2 s",
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
        network.silence_server().await?;
        server.signal(Signal::SIGKILL);
        seen.server.is("killed by SIGKILL", server.end().await?);
        let crashed = Instant::now();
        let host = network.client.pid()?;
        // The client's kernel has not heard of it.
        seen.client.is("ESTABLISHED", host.state(ends.turned())?);
        client.types("3 4").await?;
        let end = client.end().await?;
        seen.client
            .is_one_of(&["ETIMEDOUT", "EHOSTUNREACH"], end.word());
        seen.client.within(Duration::from_secs(5), end.at - crashed);
        seen.took = Some(end.at - crashed);
        Ok(())
    })
}
