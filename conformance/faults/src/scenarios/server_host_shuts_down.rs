//! The server's host is shut down: SIGTERM comes first.

use nix::sys::signal::Signal;
use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-host-shuts-down",
    must: "SIGTERM: the server answers what it has received whole, closes, accepts nobody any more, and exits with 0",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
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
        let signalled = Instant::now();
        observed.client.is("7", asking.reads().await?);
        observed.client.is("closed", asking.end().await?.word());
        let end = idle.end().await?;
        observed.client.is("closed", end.word());
        observed.took = Some(end.at - signalled);
        observed.server.is("exit 0", server.end().await?);
        let late = Client::start(lab.connect(&[], addr))?;
        observed.client.is("ECONNREFUSED", late.end().await?.word());
        Ok(())
    })
}
