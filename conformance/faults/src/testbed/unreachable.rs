//! A client that connects to an address which cannot be reached.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::time::Instant;

use super::client::Client;
use super::lab::Lab;
use crate::observation::{Halt, Observed};

/// A bound that is far below the two minutes for which TCP tries by itself.
const LONG_BEFORE_TCP: Duration = Duration::from_secs(10);

/// Checks that the client ends with this word, long before TCP gives up.
pub(crate) async fn unreachable(
    lab: &Lab,
    observed: &mut Observed,
    addr: IpAddr,
    word: &str,
) -> Result<(), Halt> {
    let network = lab.network().await?;
    let begun = Instant::now();
    let connect = lab.connect(&[], SocketAddr::new(addr, 7));
    let end = Client::start(network.client.inside(connect))?.end().await?;
    observed.client.is(word, end.word());
    observed.ended_within(LONG_BEFORE_TCP, end.at - begun, end.asleep);
    Ok(())
}
