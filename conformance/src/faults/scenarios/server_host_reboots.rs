//! The server's host crashes, and boots again before the client says anything.

use tokio::time::Instant;

use crate::faults::client::Client;
use crate::faults::network::SERVER;
use crate::faults::server::Server;
use crate::faults::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-reboots",
    must: "the new host knows no such connection: RST, and the client gets ECONNRESET",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let mut network = lab.network().await?;
        let listen = format!("text={SERVER}:0");
        let server = Server::start(network.server.inside(lab.serve(&[&listen]))).await?;
        let addr = server.addr;
        let mut client = Client::start(network.client.inside(lab.connect(&[], addr)))?;
        // Seen by the new server, too, if it could remember.
        client.asks("1 2").await?;
        network.silence_server().await?;
        drop(server);
        network.reboot_server().await?;
        let listen = format!("text={addr}");
        let server = Server::start(network.server.inside(lab.serve(&[&listen]))).await?;
        let booted = Instant::now();
        client.types("3 4").await?;
        let end = client.end().await?;
        seen.client.is("ECONNRESET", end.word());
        seen.took = Some(end.at - booted);
        seen.server.is(
            "0 connections",
            format!("{} connections", server.log.said("connected").len()),
        );
        Ok(())
    })
}
