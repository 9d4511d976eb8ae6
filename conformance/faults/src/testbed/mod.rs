//! What scenarios are made with: the programs under test, hosts made of network namespaces, and the state of the kernel.

mod client;
mod connected_hosts;
mod kernel;
mod lab;
mod log;
mod network;
mod server;
pub(crate) mod time_wait;
mod tools;
mod unreachable;
mod wait;

pub use lab::Lab;
pub use tools::HostTools;

pub(crate) use client::Client;
pub(crate) use connected_hosts::ConnectedHosts;
pub(crate) use kernel::{Ends, Pid};
pub(crate) use log::Entry;
pub(crate) use network::{ELSEWHERE, NOBODY};
pub(crate) use server::Server;
pub(crate) use unreachable::unreachable;
pub(crate) use wait::until;
