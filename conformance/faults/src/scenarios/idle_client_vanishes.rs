//! The client's host vanishes while it has nothing to say.

use crate::wired::Wired;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "idle-client-vanishes",
    must: "the server's keep-alive finds it without sending data (asked after 1 s, every second, twice), and the handler ends",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let Wired {
            network,
            server,
            client,
            ends,
        } = Wired::new(lab, &["--keepalive", "1,1,2"], &[]).await?;
        let with_it = server.pid().descriptors()?;
        network.silence_client().await?;
        drop(client);
        let fates = ["broke: ETIMEDOUT", "broke: EHOSTUNREACH"];
        seen.server
            .is_one_of(&fates, server.log.fate(ends.remote).await?);
        let left = server.descriptors_left(with_it - 1).await?;
        seen.server.is("0 descriptors left", left);
        Ok(())
    })
}
