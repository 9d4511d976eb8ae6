//! End of file on the client's input.

use crate::client::Client;
use crate::server::Server;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "normal-end",
    must: "the client closes; the server sees the end of file and closes; only the side that closed first is left in TIME_WAIT",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        // A wildcard and port 0: the server says which port the kernel chose, and who came.
        let server = Server::start(lab.serve(&["text=0.0.0.0:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        seen.client.is("3", client.asks("1 2").await?);
        let ends = server.connection(1).await?;
        client.ends_input();
        seen.client.is("exit 0", client.end().await?.word());
        seen.server.is(
            "ended: the peer closed",
            server.log.fate(ends.remote).await?,
        );
        seen.client
            .is("TIME_WAIT", server.pid().state(ends.turned())?);
        seen.server.is("none", server.pid().state(ends)?);
        Ok(())
    })
}
