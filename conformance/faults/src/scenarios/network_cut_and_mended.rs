//! The network is cut, and mended before anybody's patience is over.

use crate::wait::until;
use crate::wired::Wired;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-cut-and-mended",
    must: "what was sent meanwhile is sent again: the reply comes late, on the same connection, and neither program notices",
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
        } = Wired::new(lab, &[], &[]).await?;
        network.cut().await?;
        client.types("3 4").await?;
        // It has left the client, and nobody acknowledges it.
        let host = network.client.pid()?;
        until("octets that nobody acknowledges", || {
            let socket = host.socket(ends.turned())?;
            Ok(socket.filter(|socket| socket.tx_queue > 0).map(drop))
        })
        .await?;
        seen.server.is("ESTABLISHED", server.pid().state(ends)?);
        network.mend().await?;
        seen.client.is("7", client.reads().await?);
        client.ends_input();
        seen.client.is("exit 0", client.end().await?.word());
        let connections = server.log.said("connected").len();
        seen.server
            .is("1 connection", format!("{connections} connection"));
        Ok(())
    })
}
