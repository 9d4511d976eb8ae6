//! The server is started again at the port whose last connections it closed itself.

use nix::sys::signal::Signal;

use crate::client::Client;
use crate::kernel::Pid;
use crate::server::Server;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "restart-in-time-wait",
    must: "the server closed first, so its side is in TIME_WAIT; it can listen at the same port again at once all the same (SO_REUSEADDR)",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let mut client = Client::start(lab.connect(&[], server.addr))?;
        client.asks("1 2").await?;
        let ends = server.connection(1).await?;
        server.signal(Signal::SIGTERM);
        seen.server.is("exit 0", server.end().await?);
        seen.client.is("closed", client.end().await?.word());
        Pid::this().in_state(ends, "TIME_WAIT").await?;
        let listen = format!("text={}", ends.local);
        let again = Server::start(lab.serve(&[&listen])).await?;
        seen.server
            .is(ends.local.to_string(), again.addr.to_string());
        let mut client = Client::start(lab.connect(&[], again.addr))?;
        seen.client.is("3", client.asks("1 2").await?);
        Ok(())
    })
}
