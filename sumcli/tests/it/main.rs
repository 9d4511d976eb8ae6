//! The client from outside: as a library against real servers and bad ones, and as a process held to its contract.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

#[allow(
    dead_code,
    reason = "shared with the tests of proto, which use all of it"
)]
#[path = "../../../proto/tests/it/golden.rs"]
mod golden;

mod bad_servers;
mod benching;
mod connecting;
mod contract;
mod driving;
mod patience;
mod reaching;
mod running;
