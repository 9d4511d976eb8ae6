//! The encodings from outside: against the golden vectors, and against octets that nobody chose.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

mod golden;
mod properties;
mod steps;
mod vectors;
