//! The checks of the fuzzers, without a fuzzer: over the corpus, and over random octets.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

mod corpus;
mod known;
mod random;
