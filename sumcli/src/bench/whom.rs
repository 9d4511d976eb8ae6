//! Whom to load: this machine, unless somebody insists.

use std::{io, net::SocketAddr};

use tokio::net::lookup_host;

/// Why nobody is asked.
#[derive(Debug, thiserror::Error)]
pub enum WhomError {
    /// The address is not of this machine.
    #[error("{0} is another machine's address, and this is a load")]
    Elsewhere(SocketAddr),
    /// There is no such address.
    #[error("cannot find {addr}: {source}")]
    Unknown {
        /// As it was given.
        addr: String,
        /// What the system said.
        source: io::Error,
    },
}

/// The address that `HOST:PORT` stands for; only loopback addresses unless `anywhere`.
///
/// # Errors
/// When the name has no address, or the first one it has is elsewhere.
pub async fn whom(addr: &str, anywhere: bool) -> Result<SocketAddr, WhomError> {
    let unknown = |source| WhomError::Unknown {
        addr: addr.to_owned(),
        source,
    };
    let mut found = lookup_host(addr).await.map_err(unknown)?;
    let none = || unknown(io::Error::other("the name has no address"));
    let found = found.next().ok_or_else(none)?;
    // `::ffff:127.0.0.1` is this machine, too.
    if anywhere || found.ip().to_canonical().is_loopback() {
        Ok(found)
    } else {
        Err(WhomError::Elsewhere(found))
    }
}
