//! The server is started again at the port whose last connections it closed itself.

use nix::sys::signal::Signal;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Pid, Server, time_wait};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "restart-in-time-wait",
    must: "the server closed first, so its side is in TIME_WAIT; it can listen at the same port again at once all the same (SO_REUSEADDR)",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        client.asks("1 2").await?;
        let ends = server.connection(1).await?;
        server.signal(Signal::SIGTERM);
        observed.server.is("exit 0", server.end().await?);
        observed.client.is("closed", client.end().await?.word());
        let waiting = Pid::this().in_state(ends, "TIME_WAIT").await;
        if waiting.is_err() {
            time_wait::has_room()?;
        }
        waiting?;
        let listen = format!("text={}", ends.local);
        let again = Server::start(lab.serve(&[&listen])).await?;
        observed
            .server
            .is(ends.local.to_string(), again.addr.to_string());
        let mut client = Client::start(lab.connect(&[], again.addr))?;
        observed.client.is("3", client.asks("1 2").await?);
        Ok(())
    })
}
