//! A client with five connections ends, and all of them with it.

use nix::sys::signal::Signal;

use crate::faults::client::Client;
use crate::faults::server::Server;
use crate::faults::{Lab, Place, Running, Scenario, Seen};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "five-connections-end-at-once",
    must: "five handlers end; no handler, descriptor or process is left",
    place: Place::Here,
    run,
};

/// Replies that the client had not read make its kernel end a connection by a reset.
const FATES: [&str; 4] = [
    "ended: the peer closed",
    "ended: the peer closed inside a request",
    "broke: ECONNRESET",
    "broke: EPIPE",
];

fn run<'a>(lab: &'a Lab, seen: &'a mut Seen) -> Running<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let before = server.pid().descriptors()?;
        let to = format!("text={}", server.addr);
        let load = lab
            .client
            .clone()
            .args(["bench", &to, "--connections", "5"]);
        let client = Client::start(load)?;
        let connected = server.log.says("connected", 5).await?;
        // In the middle of its work: the kernel closes all five for it.
        client.signal(Signal::SIGKILL);
        seen.client
            .is("killed by SIGKILL", client.end().await?.word());
        let mut ended = 0;
        for peer in connected.iter().filter_map(|entry| entry.peer) {
            let fate = server.log.fate(peer).await?;
            ended += usize::from(FATES.contains(&fate.as_str()));
        }
        seen.server
            .is("5 handlers ended", format!("{ended} handlers ended"));
        let left = server.descriptors_left(before).await?;
        seen.server.is("0 descriptors left", left);
        seen.server.is(
            "0 processes left",
            format!("{} processes left", server.pid().children()?),
        );
        Ok(())
    })
}
