//! Slow system calls are interrupted: client and server are stopped and continued while they wait.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "interrupted-calls",
    must: "client and server are stopped and continued 20 times (EINTR); nothing is lost, and the calls are taken up again",
    place: Place::Here,
    run,
};

const TIMES: u32 = 20;

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        client.asks("0 0").await?;
        let mut right = 0;
        for number in 0..TIMES {
            // Both wait in epoll_wait now, which a signal interrupts even where no handler is called.
            client.stop().await?;
            server.stop().await?;
            client.types(&format!("{number} 1")).await?;
            client.go_on();
            server.go_on();
            right += u32::from(client.reads().await? == (number + 1).to_string());
        }
        observed.client.is(
            format!("{TIMES} right replies"),
            format!("{right} right replies"),
        );
        let connections = server.log.entries("connected").len();
        let broken = server.log.entries("broke").len() + server.log.entries("ended").len();
        client.ends_input();
        observed.client.is("exit 0", client.end().await?.word());
        observed.server.is(
            "1 connection, 0 ended",
            format!("{connections} connection, {broken} ended"),
        );
        Ok(())
    })
}
