//! A listening socket, or why there is none and what to do about it.

use std::{io, net::SocketAddr};

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpSocket};

/// Why there is no listening socket.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {addr}: {source}\n{}", advice(source))]
pub struct ListenError {
    addr: SocketAddr,
    source: io::Error,
}

/// How to listen.
#[derive(Clone, Debug)]
pub struct Listening {
    /// How many connections the kernel keeps that are not accepted yet.
    pub backlog: u32,
    /// When to look whether an idle peer is still there. Connections inherit it from the listener.
    pub keepalive: Option<TcpKeepalive>,
}

impl Default for Listening {
    fn default() -> Self {
        Listening {
            backlog: 1024,
            keepalive: None,
        }
    }
}

/// Opens a listening socket. Connections of an earlier run that are in TIME_WAIT do not prevent it (SO_REUSEADDR).
///
/// # Errors
/// When the system refuses. The error has the address, the system's reason, and advice.
pub async fn listen(addr: SocketAddr, how: &Listening) -> Result<TcpListener, ListenError> {
    open(addr, how).map_err(|source| ListenError { addr, source })
}

fn open(addr: SocketAddr, how: &Listening) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    // Windows would let two servers share a port.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    if let Some(keepalive) = &how.keepalive {
        SockRef::from(&socket).set_tcp_keepalive(keepalive)?;
    }
    socket.bind(addr)?;
    socket.listen(how.backlog)
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "Another program has this port: stop it, or take another port (0 takes a free one)."
        }
        io::ErrorKind::AddrNotAvailable => {
            "This machine has no such address: take 127.0.0.1 for itself alone, 0.0.0.0 for everybody."
        }
        io::ErrorKind::PermissionDenied => {
            "Ports below 1024 need privileges: take another port (0 takes a free one)."
        }
        _ => "Check the address; 127.0.0.1:0 works wherever there is a network at all.",
    }
}
