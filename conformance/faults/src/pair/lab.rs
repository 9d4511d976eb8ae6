//! A user's pair of programs, what they are held to, and what hosts are made with.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use cross::process::Invocation;

use super::programs::Programs;
use super::terms::Terms;
use crate::testbed::HostTools;

/// Where every server listens: a network of its own has every port free.
pub(super) const PORT: u16 = 4711;

/// The server's address, at both hosts.
pub(super) const ADDRESS: SocketAddr = SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, PORT));

/// What scenarios about a user's pair get.
#[derive(Clone)]
pub struct PairLab {
    /// The two programs.
    pub programs: Arc<dyn Programs>,
    /// What they are held to.
    pub terms: Terms,
    /// The programs that make hosts.
    pub tools: HostTools,
    /// This program, which plays peers that misbehave: [`inside`](crate::inside) says what is appended.
    pub inside: Invocation,
}
