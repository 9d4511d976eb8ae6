//! The address to load: one of this machine, unless the caller insists.

use std::{io, net::SocketAddr};

use tokio::net::lookup_host;

/// Why there is no address.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The address is not a loopback address.
    #[error("{0} is another machine's address, and this is a load")]
    NotLoopback(SocketAddr),
    /// There is no such address.
    #[error("cannot find {addr}: {source}")]
    Unknown {
        /// As it was given.
        addr: String,
        /// What the system said.
        source: io::Error,
    },
}

/// The first address of `HOST:PORT`. Unless `anywhere`, it must be a loopback address.
///
/// # Errors
/// When the name has no address, or the first one is not a loopback address.
pub async fn resolve(addr: &str, anywhere: bool) -> Result<SocketAddr, ResolveError> {
    let unknown = |source| ResolveError::Unknown {
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
        Err(ResolveError::NotLoopback(found))
    }
}
