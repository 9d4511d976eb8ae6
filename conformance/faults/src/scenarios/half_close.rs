//! The client sends all its requests and closes its sending side.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "half-close",
    must: "the client sends 1000 requests and closes its sending side; 1000 replies still arrive",
    place: Place::Here,
    run,
};

const REQUESTS: u32 = 1000;

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        client.asks("0 0").await?;
        let ends = server.connection(1).await?;
        // While the server sleeps everything is sent, the end of the stream too: no reply can come before it.
        server.stop().await?;
        let lines: Vec<_> = (1..=REQUESTS).map(|number| format!("{number} 1")).collect();
        client.types(&lines.join("\n")).await?;
        client.ends_input();
        server.pid().in_state(ends.turned(), "FIN_WAIT2").await?;
        server.go_on();
        let end = client.end().await?;
        let right = (1..=REQUESTS).map(|number| (number + 1).to_string());
        let in_order = end.answers.iter().cloned().eq(right);
        observed.client.is(
            format!("{REQUESTS} replies"),
            format!("{} replies", end.answers.len()),
        );
        observed.client.is(
            "all right",
            if in_order {
                "all right"
            } else {
                "not all right"
            },
        );
        observed.client.is("exit 0", end.word());
        observed.server.is(
            "ended: the peer closed",
            server.log.fate(ends.remote).await?,
        );
        Ok(())
    })
}
