//! End of file on the client's input.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Server, time_wait};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "normal-end",
    must: "the client closes; the server sees the end of file and closes; only the side that closed first is left in TIME_WAIT",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        // A wildcard and port 0: the server says which port the kernel chose, and who came.
        let server = Server::start(lab.serve(&["text=0.0.0.0:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        observed.client.is("3", client.asks("1 2").await?);
        let ends = server.connection(1).await?;
        client.ends_input();
        observed.client.is("exit 0", client.end().await?.word());
        observed.server.is(
            "ended: the peer closed",
            server.log.fate(ends.remote).await?,
        );
        let state = server.pid().state(ends.turned())?;
        if state != "TIME_WAIT" {
            time_wait::has_room()?;
        }
        observed.client.is("TIME_WAIT", state);
        observed.server.is("none", server.pid().state(ends)?);
        Ok(())
    })
}
