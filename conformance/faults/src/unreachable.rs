//! A client that asks for an address which nothing leads to.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::time::Instant;

use super::client::Client;
use super::{Halt, Lab, Seen};

/// TCP by itself tries for two minutes.
const LONG_BEFORE_TCP: Duration = Duration::from_secs(10);

/// The client must be told so, in this word, long before TCP gives up.
pub(super) async fn unreachable(
    lab: &Lab,
    seen: &mut Seen,
    addr: IpAddr,
    word: &str,
) -> Result<(), Halt> {
    let network = lab.network().await?;
    let begun = Instant::now();
    let connect = lab.connect(&[], SocketAddr::new(addr, 7));
    let end = Client::start(network.client.inside(connect))?.end().await?;
    seen.client.is(word, end.word());
    seen.client.within(LONG_BEFORE_TCP, end.at - begun);
    seen.took = Some(end.at - begun);
    Ok(())
}
