//! Nobody listens at the port.

use std::net::TcpListener;

use tokio::time::Instant;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "nobody-listens",
    must: "ECONNREFUSED, at once",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        // A port that the kernel gave to us, and that we gave back.
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begun = Instant::now();
        let end = Client::start(lab.connect(&[], addr))?.end().await?;
        observed.client.is("ECONNREFUSED", end.word());
        observed.at_once(end.at - begun, end.asleep);
        Ok(())
    })
}
