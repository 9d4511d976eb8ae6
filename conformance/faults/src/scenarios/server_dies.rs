//! The server's process dies while the client waits for somebody to type.

use nix::sys::signal::Signal;
use tokio::time::Instant;

use crate::client::Client;
use crate::server::Server;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-dies-while-client-waits",
    must: "the client is told at once, not at its next line: it watches both its input and its socket",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        seen.client.is("3", client.asks("1 2").await?);
        server.signal(Signal::SIGKILL);
        let died = Instant::now();
        seen.server.is("killed by SIGKILL", server.end().await?);
        let end = client.end().await?;
        seen.client.is("closed", end.word());
        seen.at_once(end.at - died);
        Ok(())
    })
}
