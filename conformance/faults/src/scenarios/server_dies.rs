//! The server's process dies while the client waits for somebody to type.

use nix::sys::signal::Signal;
use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "server-dies-while-client-waits",
    must: "the client is told at once, not at its next line: it watches both its input and its socket",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        observed.client.is("3", client.asks("1 2").await?);
        server.signal(Signal::SIGKILL);
        let died = Instant::now();
        observed.server.is("killed by SIGKILL", server.end().await?);
        let end = client.end().await?;
        observed.client.is("closed", end.word());
        observed.at_once(end.at - died, end.asleep);
        Ok(())
    })
}
