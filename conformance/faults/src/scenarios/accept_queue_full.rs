//! More clients than the server lets in, and more than the kernel keeps for it.

use crate::client::Client;
use crate::kernel::Pid;
use crate::server::Server;
use crate::wait::until;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "accept-queue-full",
    must: "who is connected does not notice; accepting resumes by itself, and all who waited are served",
    place: Place::Here,
    run,
};

const WAITING: usize = 4;

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let options = ["--connections", "1", "--backlog", "1", "text=127.0.0.1:0"];
        let server = Server::start(lab.serve(&options)).await?;
        let mut first = Client::start(lab.connect(&[], server.addr))?;
        seen.client.is("3", first.asks("1 2").await?);
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
        seen.client.is("7", first.asks("3 4").await?);
        seen.server.is(
            "1 connection",
            format!("{} connection", server.log.said("connected").len()),
        );
        first.ends_input();
        seen.client.is("exit 0", first.end().await?.word());
        let mut served = 0;
        for (number, client) in waiting.into_iter().enumerate() {
            let end = client.end().await?;
            let right = end.answers == [(number + 10).to_string()];
            served += usize::from(right && end.word() == "exit 0");
        }
        seen.client.is(
            format!("{WAITING} more served"),
            format!("{served} more served"),
        );
        Ok(())
    })
}
