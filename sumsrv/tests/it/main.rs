//! The server from outside: as a library on a port of the kernel's choice, and as a process held to its contract.

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

mod bad_input;
#[cfg(unix)]
mod contract;
#[cfg(unix)]
mod killed;
mod limits;
mod listening;
mod piped;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod proxy;
mod running;
mod services;
mod serving;
mod stopping;
#[cfg(unix)]
mod terminated;
mod wire;
