//! A connection to a server, with its timers.

use std::{io, net::SocketAddr, time::Duration};

use socket2::{SockRef, TcpKeepalive};
use tokio::{
    net::{TcpSocket, TcpStream, lookup_host},
    time::timeout,
};

use crate::errno::Errno;

/// How a connection is made, and which timers the kernel has for it. What is left out is the kernel's own choice.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// How long making the connection may take, the look-up of a name included.
    pub connect_timeout: Option<Duration>,
    /// TCP_USER_TIMEOUT: how long octets that were sent may stay unacknowledged.
    pub user_timeout: Option<Duration>,
    /// SO_KEEPALIVE: when to check whether an idle server is still reachable.
    pub keepalive: Option<TcpKeepalive>,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum ReachError {
    /// The system returned an error.
    #[error("cannot connect to {addr}: {}", Errno(source))]
    Io {
        /// Where to.
        addr: String,
        /// What the system said.
        source: io::Error,
    },
    /// There was no connection in the time that was given.
    #[error("cannot connect to {addr}: no connection within {}", seconds(*within))]
    TimedOut {
        /// Where to.
        addr: String,
        /// The time that was given.
        within: Duration,
    },
}

/// Connects to `HOST:PORT`: to the first of the host's addresses that can be connected to.
///
/// # Errors
/// The system's error for the last address, or that the time is over.
pub async fn reach(addr: &str, how: &Reach) -> Result<TcpStream, ReachError> {
    let reached = match how.connect_timeout {
        Some(within) => match timeout(within, any(addr, how)).await {
            Ok(reached) => reached,
            Err(_) => {
                let addr = addr.to_owned();
                return Err(ReachError::TimedOut { addr, within });
            }
        },
        None => any(addr, how).await,
    };
    reached.map_err(|source| ReachError::Io {
        addr: addr.to_owned(),
        source,
    })
}

async fn any(addr: &str, how: &Reach) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for addr in lookup_host(addr).await? {
        match one(addr, how).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn one(addr: SocketAddr, how: &Reach) -> io::Result<TcpStream> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Set before connecting, so that it bounds connecting, too.
    if let Some(timeout) = how.user_timeout {
        set_user_timeout(&socket, timeout)?;
    }
    if let Some(keepalive) = &how.keepalive {
        SockRef::from(&socket).set_tcp_keepalive(keepalive)?;
    }
    let stream = socket.connect(addr).await?;
    // Without it a request may wait for an acknowledgement. A socket that refuses it is only slower.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

#[cfg(target_os = "linux")]
fn set_user_timeout(socket: &TcpSocket, timeout: Duration) -> io::Result<()> {
    SockRef::from(socket).set_tcp_user_timeout(Some(timeout))
}

#[cfg(not(target_os = "linux"))]
fn set_user_timeout(_: &TcpSocket, _: Duration) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "this system has no TCP_USER_TIMEOUT",
    ))
}

/// A time in seconds, as it was given.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}
