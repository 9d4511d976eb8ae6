//! More clients than the server lets in, and more than the kernel keeps for it.

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Client, Lab, Pid, Server, until};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "accept-queue-full",
    must: "who is connected does not notice; accepting resumes by itself, and all who waited are served",
    place: Place::Here,
    run,
};

const WAITING: usize = 4;

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let options = ["--connections", "1", "--backlog", "1", "text=127.0.0.1:0"];
        let server = Server::start(lab.serve(&options)).await?;
        let mut first = Client::start(lab.connect(&[], server.addr))?;
        observed.client.is("3", first.asks("1 2").await?);
        let mut waiting = Vec::new();
        for number in 0..WAITING {
            let mut client = Client::start(lab.connect(&[], server.addr))?;
            client.types(&format!("{number} 10")).await?;
            client.ends_input();
            waiting.push(client);
        }
        // The kernel keeps two (one more than the backlog); the others' SYN is not answered.
        until("a client that is not let into the queue", || {
            let sockets = Pid::this().sockets()?;
            let mut unheard = sockets.iter().filter(|socket| {
                socket.remote_address == server.addr
                    && socket.state == procfs::net::TcpState::SynSent
            });
            Ok(unheard.next().map(drop))
        })
        .await?;
        observed.client.is("7", first.asks("3 4").await?);
        observed.server.is(
            "1 connection",
            format!("{} connection", server.log.entries("connected").len()),
        );
        first.ends_input();
        observed.client.is("exit 0", first.end().await?.word());
        let mut served = 0;
        for (number, client) in waiting.into_iter().enumerate() {
            let end = client.end().await?;
            let right = end.answers == [(number + 10).to_string()];
            served += usize::from(right && end.word() == "exit 0");
        }
        observed.client.is(
            format!("{WAITING} more served"),
            format!("{served} more served"),
        );
        Ok(())
    })
}
