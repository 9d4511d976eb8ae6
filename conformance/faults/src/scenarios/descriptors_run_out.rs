//! The server has no descriptor left for another connection.

use std::time::Duration;

use cross::process::Invocation;
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::{Halt, Observed};
use crate::testbed::{Client, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "descriptors-run-out",
    must: "EMFILE does not end the server, nor make it spin; who is connected does not notice; accepting resumes by itself",
    place: Place::Here,
    run,
};

const DESCRIPTORS: usize = 24;

/// How long the server is watched while it can accept nobody.
const WATCHED: Duration = Duration::from_millis(500);

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let prlimit = lab.tools.prlimit.as_ref();
        let prlimit = prlimit.map_err(|missing| Halt::CouldNotRun(missing.to_string()))?;
        let limited = Invocation::new(&prlimit.value).arg(format!("--nofile={DESCRIPTORS}"));
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"]).started_by(limited)).await?;
        let mut first = Client::start(lab.connect(&[], server.addr))?;
        observed.client.is("3", first.asks("1 2").await?);
        let mut crowd = Vec::new();
        for _ in 0..DESCRIPTORS {
            crowd.push(TcpStream::connect(server.addr).await?);
        }
        server
            .log
            .wait_for("cannot accept connections for now", 1)
            .await?;
        let (begun, used) = (Instant::now(), server.pid().cpu_time()?);
        let mut right = true;
        while begun.elapsed() < WATCHED {
            right &= first.asks("3 4").await? == "7";
            tokio::time::sleep(WATCHED / 20).await;
        }
        observed.client.is(
            "served all the time",
            if right {
                "served all the time"
            } else {
                "not served"
            },
        );
        // A server that spins uses all of this time, 50 hundredths of a second.
        let used = server.pid().cpu_time()?.saturating_sub(used);
        observed.server.is(
            "does not spin",
            if used < 20 {
                "does not spin".to_owned()
            } else {
                format!("{used} hundredths of a second of CPU time in 50")
            },
        );
        let mut late = Client::start(lab.connect(&[], server.addr))?;
        late.types("5 6").await?;
        drop(crowd);
        observed.client.is("11", late.reads().await?);
        late.ends_input();
        observed.client.is("exit 0", late.end().await?.word());
        Ok(())
    })
}
