//! A peer that does not read its replies would keep a server that stops for ever.

use std::io::ErrorKind;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio::net::TcpStream;

use super::scenario::{Place, Scenario, ScenarioFuture};
use crate::observation::Observed;
use crate::testbed::{Ends, Lab, Server, until};

pub(super) const SCENARIO: Scenario = Scenario {
    name: "grace-runs-out",
    must: "a peer that reads nothing is not read from any more; after SIGTERM it is cut off when the grace is over (1 s), and the server exits with 0",
    place: Place::Here,
    run,
};

/// What stays as it is for so many looks is still.
const LOOKS: u32 = 50;

/// The kernels of both ends hold a few MiB for a connection, and the server next to nothing.
const MAX_SENT: usize = 64 << 20;

fn run<'a>(lab: &'a Lab, observed: &'a mut Observed) -> ScenarioFuture<'a> {
    Box::pin(async move {
        let mut server = Server::start(lab.serve(&["--grace", "1", "text=127.0.0.1:0"])).await?;
        let deaf = TcpStream::connect(server.addr).await?;
        let ends = Ends {
            local: server.addr,
            remote: deaf.local_addr()?,
        };
        let requests = b"1 2\n".repeat(4096);
        let mut sent = 0;
        // Full from end to end: as often as we look, nothing can be sent any more.
        let mut in_vain = 0;
        until("a server that reads no more", || {
            loop {
                match deaf.try_write(&requests) {
                    Ok(_) if sent >= MAX_SENT => break,
                    Ok(more) => (sent, in_vain) = (sent + more, 0),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(error.into()),
                }
            }
            in_vain += 1;
            if sent >= MAX_SENT {
                return Ok(Some(()));
            }
            if in_vain < LOOKS {
                return Ok(None);
            }
            let socket = server.pid().socket(ends)?;
            Ok(socket.filter(|socket| socket.tx_queue > 0).map(drop))
        })
        .await?;
        let bounded = sent < MAX_SENT;
        observed.client.is(
            "not read from",
            if bounded {
                "not read from".to_owned()
            } else {
                format!("{sent} octets were read")
            },
        );
        server.signal(Signal::SIGTERM);
        let (end, asleep) = server.ending().await?;
        let cut_off = server
            .log
            .wait_for("cut off at the end of the grace", 1)
            .await?;
        observed
            .server
            .is("1 cut off", format!("{} cut off", cut_off.len()));
        observed.server.is("exit 0", end);
        observed.server.within(Duration::from_secs(3), asleep);
        Ok(())
    })
}
