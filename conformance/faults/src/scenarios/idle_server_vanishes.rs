//! The server's host vanishes while the client has nothing to say.

use std::time::Duration;

use tokio::time::Instant;

use crate::wired::Wired;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "idle-server-vanishes",
    must: "keep-alive finds it without a line being typed: asked after 1 s, every second, twice; then ETIMEDOUT (or EHOSTUNREACH)",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let wired = Wired::new(lab, &[], &["--keepalive", "1,1,2"]).await?;
        wired.network.silence_server().await?;
        let vanished = Instant::now();
        let end = wired.client.end().await?;
        seen.client
            .is_one_of(&["ETIMEDOUT", "EHOSTUNREACH"], end.word());
        seen.client
            .within(Duration::from_secs(8), end.at - vanished);
        seen.took = Some(end.at - vanished);
        Ok(())
    })
}
