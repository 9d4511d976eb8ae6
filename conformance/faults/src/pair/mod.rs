//! A user's own server and client under test, between two hosts that are made for them: how they are started, what their end shows, and what is left of them.

mod asked;
mod connections;
mod hosts;
mod judged;
mod lab;
mod more;
mod octets;
mod programs;
mod service;
mod terms;

pub use lab::PairLab;
pub use programs::{Asking, Programs, Said};
pub use terms::{Terms, TermsError};

pub(crate) use terms::ClientEnds;

pub(crate) use hosts::Hosts;
pub(crate) use octets::{Manner, Peer, recorded, replay};
