//! The network is cut, and mended before anybody's patience is over.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{ConnectedHosts, Lab, until};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "network-cut-and-mended",
    must: "what was sent meanwhile is sent again: the reply comes late, on the same connection, and neither program notices",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let ConnectedHosts {
            network,
            server,
            mut client,
            ends,
        } = ConnectedHosts::new(lab, &[], &[]).await?;
        network.cut().await?;
        client.types("3 4").await?;
        // It has left the client, and nobody acknowledges it.
        let host = network.client.pid()?;
        until("octets that nobody acknowledges", || {
            let socket = host.socket(ends.turned())?;
            Ok(socket.filter(|socket| socket.tx_queue > 0).map(drop))
        })
        .await?;
        observed.server.is("ESTABLISHED", server.pid().state(ends)?);
        network.mend().await?;
        observed.client.is("7", client.reads().await?);
        client.ends_input();
        observed.client.is("exit 0", client.end().await?.word());
        let connections = server.log.entries("connected").len();
        observed
            .server
            .is("1 connection", format!("{connections} connection"));
        Ok(())
    })
}
