//! The server's host crashes, and boots again before the client says anything.

use tokio::time::Instant;

use crate::server::Server;
use crate::wired::Wired;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-reboots",
    must: "the new host knows no such connection: RST, and the client gets ECONNRESET",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let Wired {
            mut network,
            server,
            mut client,
            ends,
        } = Wired::new(lab, &[], &[]).await?;
        network.silence_server().await?;
        drop(server);
        network.reboot_server().await?;
        // At the same address: that nobody remembers is not that nobody listens.
        let listen = format!("text={}", ends.local);
        let server = Server::start(network.server.inside(lab.serve(&[&listen]))).await?;
        let booted = Instant::now();
        client.types("3 4").await?;
        let end = client.end().await?;
        seen.client.is("ECONNRESET", end.word());
        seen.took = Some(end.at - booted);
        let connections = server.log.said("connected").len();
        seen.server
            .is("0 connections", format!("{connections} connections"));
        Ok(())
    })
}
