//! A client with five connections ends, and all of them with it.

use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::{Halt, Observed};
use crate::testbed::{Client, Entry, Lab, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "five-connections-end-at-once",
    must: "five idle connections are closed at once, then five busy ones by a kill: ten handlers end, and no descriptor or process is left",
    place: Place::Here,
    run,
};

/// Replies that a killed client had not read make its kernel end a connection by a reset.
const BY_A_KILL: [&str; 4] = [
    "ended: the peer closed",
    "ended: the peer closed inside a request",
    "broke: ECONNRESET",
    "broke: EPIPE",
];

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
        let before = server.pid().descriptors()?;

        let mut streams = Vec::new();
        for _ in 0..5 {
            let mut stream = TcpStream::connect(server.addr).await?;
            stream.write_all(b"1 2\n").await?;
            stream.read_exact(&mut [0; 2]).await?;
            streams.push(stream);
        }
        drop(streams);
        let closed = server.log.wait_for("connected", 5).await?;
        let ended = self::ended(&server, &closed, &["ended: the peer closed"]).await?;
        observed.server.is("5 ended", format!("{ended} ended"));

        let to = format!("text={}", server.addr);
        let load = lab
            .client
            .clone()
            .args(["bench", &to, "--connections", "5"]);
        let client = Client::start(load)?;
        let connected = server.log.wait_for("connected", 10).await?;
        // In the middle of its work: the kernel closes all five for it.
        client.signal(Signal::SIGKILL);
        observed
            .client
            .is("killed by SIGKILL", client.end().await?.word());
        let killed = connected.get(5..).unwrap_or_default();
        let ended = self::ended(&server, killed, &BY_A_KILL).await?;
        observed.server.is("5 ended", format!("{ended} ended"));

        let left = server.descriptors_left(before).await?;
        observed.server.is("0 descriptors left", left);
        let children = server.pid().children()?;
        observed
            .server
            .is("0 processes left", format!("{children} processes left"));
        Ok(())
    })
}

/// How many of these connections came to one of these ends.
async fn ended(server: &Server, connected: &[Entry], fates: &[&str]) -> Result<usize, Halt> {
    let mut ended = 0;
    for peer in connected.iter().filter_map(|entry| entry.peer) {
        let fate = server.log.fate(peer).await?;
        ended += usize::from(fates.contains(&fate.as_str()));
    }
    Ok(ended)
}
