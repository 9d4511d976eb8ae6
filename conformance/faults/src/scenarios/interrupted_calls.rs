//! Slow system calls are interrupted: client and server are stopped and continued while they wait.

use crate::client::Client;
use crate::server::Server;
use crate::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "interrupted-calls",
    must: "client and server are stopped and continued 20 times (EINTR); nothing is lost, and the calls are taken up again",
    place: Place::Here,
    run,
};

const TIMES: u32 = 20;

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
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
        seen.client.is(
            format!("{TIMES} right replies"),
            format!("{right} right replies"),
        );
        let connections = server.log.said("connected").len();
        let broken = server.log.said("broke").len() + server.log.said("ended").len();
        client.ends_input();
        seen.client.is("exit 0", client.end().await?.word());
        seen.server.is(
            "1 connection, 0 ended",
            format!("{connections} connection, {broken} ended"),
        );
        Ok(())
    })
}
