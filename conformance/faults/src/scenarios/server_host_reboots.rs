//! The server's host crashes, and boots again before the client says anything.

use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ConnectedHosts, Lab, Server, Side};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-reboots",
    must: "the new host knows no such connection: RST, and the client gets ECONNRESET",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let ConnectedHosts {
            mut network,
            server,
            mut client,
            ends,
        } = ConnectedHosts::new(lab, &[], &[]).await?;
        network.silence(Side::Server).await?;
        drop(server);
        network.reboot(Side::Server).await?;
        // At the same address: that nobody remembers is not that nobody listens.
        let listen = format!("text={}", ends.local);
        let server = Server::start(network.server.inside(lab.serve(&[&listen]))).await?;
        let booted = Instant::now();
        client.types("3 4").await?;
        let end = client.end().await?;
        observed.client.is("ECONNRESET", end.word());
        observed.took = Some(end.at - booted);
        let connections = server.log.entries("connected").len();
        observed
            .server
            .is("0 connections", format!("{connections} connections"));
        Ok(())
    })
}
