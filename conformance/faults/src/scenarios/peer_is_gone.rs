//! The client writes to a connection whose peer is gone.

use std::io::ErrorKind;

use nix::errno::Errno;
use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::{Halt, Observed};
use crate::testbed::{Client, Ends, Lab, Pid, Server};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "peer-is-gone",
    must: "a first write succeeds, and RST comes back; the next gives ECONNRESET or EPIPE; SIGPIPE kills nobody",
    place: Place::Here,
    run,
};

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        two_writes(lab, observed).await?;
        flood(lab, observed).await
    })
}

/// By a socket of our own, which does not look at what it could read: `sumcli` would have noticed by then.
async fn two_writes(lab: &Lab, observed: &mut Observed) -> Result<(), Halt> {
    let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
    let mut stream = TcpStream::connect(server.addr).await?;
    stream.write_all(b"1 2\n").await?;
    stream.read_exact(&mut [0; 2]).await?;
    let ends = Ends {
        local: stream.local_addr()?,
        remote: server.addr,
    };
    server.signal(Signal::SIGKILL);
    server.end().await?;
    Pid::this().in_state(ends, "CLOSE_WAIT").await?;
    observed.client.is(
        "first write: sent",
        format!("first write: {}", written(&mut stream).await),
    );
    // The reset that it provoked has taken the socket away.
    Pid::this().in_state(ends, "none").await?;
    let second = format!("second write: {}", written(&mut stream).await);
    observed
        .client
        .is_one_of(&["second write: ECONNRESET", "second write: EPIPE"], second);
    Ok(())
}

async fn written(stream: &mut TcpStream) -> String {
    match stream.write_all(b"3 4\n").await {
        Ok(()) => "sent".to_owned(),
        Err(error) if error.kind() == ErrorKind::WouldBlock => "not taken".to_owned(),
        Err(error) => match error.raw_os_error() {
            Some(number) => format!("{:?}", Errno::from_raw(number)),
            None => error.to_string(),
        },
    }
}

/// By `sumcli`, in the middle of more requests than its server has read.
async fn flood(lab: &Lab, observed: &mut Observed) -> Result<(), Halt> {
    let server = Server::start(lab.serve(&["text=127.0.0.1:0"])).await?;
    let mut client = Client::start(lab.connect(&[], server.addr))?;
    client.asks("0 0").await?;
    let ends = server.connection(1).await?;
    server.stop().await?;
    client.types(&"1 2\n".repeat(1000)).await?;
    server.has_unread(ends).await?;
    server.signal(Signal::SIGKILL);
    observed.server.is("killed by SIGKILL", server.end().await?);
    client.ends_input();
    observed
        .client
        .is_one_of(&["ECONNRESET", "EPIPE"], client.end().await?.word());
    Ok(())
}
