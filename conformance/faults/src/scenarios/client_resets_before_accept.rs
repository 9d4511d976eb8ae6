//! The client resets its connection while it waits to be accepted.

use tokio::net::TcpStream;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Ends, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "client-resets-before-accept",
    must: "the server goes on (ECONNABORTED, or a connection that fails at its first use); the next client is served",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        // A server that is stopped accepts nobody; its kernel makes connections all the same.
        server.stop().await?;
        let stream = TcpStream::connect(server.addr).await?;
        let ends = Ends {
            local: stream.local_addr()?,
            remote: server.addr,
        };
        stream.set_zero_linger()?;
        drop(stream);
        server.pid().in_state(ends, "none").await?;
        server.go_on();
        let fates = ["broke: ECONNRESET", "not accepted: ECONNABORTED"];
        let fate = server.log.fate(ends.local).await?;
        observed.server.is_one_of(&fates, fate);
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        observed.client.is("3", client.asks("1 2").await?);
        client.ends_input();
        observed.client.is("exit 0", client.end().await?.word());
        Ok(())
    })
}
