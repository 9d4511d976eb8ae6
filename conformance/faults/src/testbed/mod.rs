//! What scenarios are made with: the programs under test, hosts made of network namespaces, and the state of the kernel.

mod client;
mod connected_hosts;
mod counters;
mod kernel;
mod lab;
mod last_words;
mod log;
mod namespace;
mod network;
mod server;
pub(crate) mod time_wait;
mod tools;
mod unreachable;
mod wait;
mod weather;

pub use lab::Lab;
pub use tools::HostTools;

pub(crate) use client::Client;
pub(crate) use connected_hosts::ConnectedHosts;
pub(crate) use kernel::{Ends, Pid};
pub(crate) use last_words::last_words;
pub(crate) use log::Entry;
pub(crate) use namespace::Namespace;
pub(crate) use network::{Addresses, ELSEWHERE, NOBODY, Network, Side};
pub(crate) use server::{Server, formatted, no_streams};
pub(crate) use unreachable::unreachable;
pub(crate) use wait::{Busy, Doing, coming, until, until_within, while_asleep, while_doing};
pub(crate) use weather::Weather;
