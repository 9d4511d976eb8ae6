//! The client's host vanishes while it has nothing to say.

use crate::faults::client::Client;
use crate::faults::network::SERVER;
use crate::faults::server::Server;
use crate::faults::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "idle-client-vanishes",
    must: "the server's keep-alive finds it without sending data (asked after 1 s, every second, twice), and the handler ends",
    place: Place::Network,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let network = lab.network().await?;
        let listen = format!("text={SERVER}:0");
        let serve = lab.serve(&["--keepalive", "1,1,2", &listen]);
        let server = Server::start(network.server.inside(serve)).await?;
        let before = server.pid().descriptors()?;
        let mut client = Client::start(network.client.inside(lab.connect(&[], server.addr)))?;
        seen.client.is("3", client.asks("1 2").await?);
        let ends = server.connection(1).await?;
        network.silence_client().await?;
        drop(client);
        let fates = ["broke: ETIMEDOUT", "broke: EHOSTUNREACH"];
        seen.server
            .is_one_of(&fates, server.log.fate(ends.remote).await?);
        let left = server.descriptors_left(before).await?;
        seen.server.is("0 descriptors left", left);
        Ok(())
    })
}
