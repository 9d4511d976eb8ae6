//! A listening socket, or what to do about it.

use std::{io, net::SocketAddr};

use tokio::net::TcpListener;

/// Why there is no listening socket.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {addr}: {source}\n{}", advice(source))]
pub struct ListenError {
    addr: SocketAddr,
    source: io::Error,
}

/// Opens a listening socket. A restart is not hindered by connections of the last run in TIME_WAIT (SO_REUSEADDR).
///
/// # Errors
/// With the address, the system's reason, and advice.
pub async fn listen(addr: SocketAddr) -> Result<TcpListener, ListenError> {
    TcpListener::bind(addr)
        .await
        .map_err(|source| ListenError { addr, source })
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
