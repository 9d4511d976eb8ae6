//! The encodings from outside: with the golden vectors, and with random octets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

mod golden;
mod properties;
mod replies;
mod steps;
mod vectors;
