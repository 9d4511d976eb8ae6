//! Starts a black-box server, on a port that was free a moment ago.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::build::Start;
use super::child::Child;
use super::network::Network;
use crate::participant::command::Builtin;
use crate::participant::command::Values;

/// The time between two looks at whether it listens.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

/// There are so many ports: after as many tries none is free.
const MAX_PORTS: usize = 1 << 16;

/// How often it is started: another program may take the port before the server does.
const TRIES: usize = 3;

/// Starts one. The error says why it does not listen `within` this time.
pub(super) async fn listen(
    start: &Start,
    encoding: &str,
    within: Duration,
) -> Result<(SocketAddr, Child), String> {
    let mut trouble = String::new();
    for _ in 0..TRIES {
        let network = &start.network;
        let address = free(network).await;
        let address = address.map_err(|error| format!("no port is free: {error}"))?;
        let invocation = start.invocation(&values(encoding, address));
        let mut child = Child::start(&invocation).map_err(|error| error.to_string())?;
        let mut looks = tokio::time::interval(LOOK_INTERVAL);
        let listens = async {
            loop {
                looks.tick().await;
                if network.is_listened_to(address.port()) {
                    return;
                }
            }
        };
        tokio::select! {
            () = listens => return Ok((address, child)),
            _ = child.ended() => {
                trouble = child.trouble(format!("it does not listen on port {}", address.port())).await;
            }
            () = tokio::time::sleep(within) => {
                let seconds = within.as_secs();
                let what = format!("it does not listen on port {} within {seconds} s", address.port());
                return Err(child.trouble(what).await);
            }
        }
    }
    Err(trouble)
}

/// What is put into a command for an encoding and an address.
pub(super) fn values(encoding: &str, address: SocketAddr) -> Values {
    Values::from([
        (Builtin::Encoding, vec![encoding.to_owned()]),
        (Builtin::Port, vec![address.port().to_string()]),
        (Builtin::Address, vec![address.to_string()]),
    ])
}

/// A port that is free and that no other server was given. The kernel may name the same port again until the server has bound it.
async fn free(network: &Network) -> std::io::Result<SocketAddr> {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    for _ in 0..MAX_PORTS {
        let address = network.listen().await?.local_addr()?;
        // A set of numbers is whole even where a panic poisoned its lock.
        let mut given = GIVEN.lock().unwrap_or_else(PoisonError::into_inner);
        if given.insert(address.port()) {
            return Ok(address);
        }
    }
    Err(std::io::Error::other(
        "every port was given to a server already",
    ))
}
