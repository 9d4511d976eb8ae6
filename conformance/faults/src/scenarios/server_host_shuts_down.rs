//! The server's host is shut down: SIGTERM comes first.

use nix::sys::signal::Signal;
use tokio::time::Instant;

use crate::client::Client;
use crate::server::Server;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-shuts-down",
    must: "SIGTERM: the server answers what it has received whole, closes, accepts nobody any more, and exits with 0",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let addr = server.addr;
        let mut idle = Client::start(lab.connect(&[], addr))?;
        idle.asks("0 0").await?;
        let mut asking = Client::start(lab.connect(&[], addr))?;
        asking.asks("0 0").await?;
        let ends = server.connection(2).await?;
        // Request and signal both wait for the server when it goes on.
        server.stop().await?;
        asking.types("3 4").await?;
        server.has_unread(ends).await?;
        server.signal(Signal::SIGTERM);
        server.go_on();
        let told = Instant::now();
        seen.client.is("7", asking.reads().await?);
        seen.client.is("closed", asking.end().await?.word());
        let end = idle.end().await?;
        seen.client.is("closed", end.word());
        seen.took = Some(end.at - told);
        seen.server.is("exit 0", server.end().await?);
        let late = Client::start(lab.connect(&[], addr))?;
        seen.client.is("ECONNREFUSED", late.end().await?.word());
        Ok(())
    })
}
