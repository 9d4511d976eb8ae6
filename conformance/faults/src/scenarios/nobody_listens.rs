//! Nobody listens at the port.

use std::net::TcpListener;

use tokio::time::Instant;

use crate::client::Client;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "nobody-listens",
    must: "ECONNREFUSED, at once",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        // A port that the kernel gave to us, and that we gave back.
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begun = Instant::now();
        let end = Client::start(lab.connect(&[], addr))?.end().await?;
        seen.client.is("ECONNREFUSED", end.word());
        seen.at_once(end.at - begun);
        Ok(())
    })
}
