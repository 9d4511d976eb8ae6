//! The tables against the compilers and the C libraries that are here.

#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

mod asked;
#[allow(dead_code, reason = "others use the rest")]
#[path = "../it/compilers.rs"]
mod compilers;
mod drivers;
mod libc_against_compilers;
mod libc_among_compilers;
mod lines;
mod macros_against_compilers;
mod macros_among_compilers;
mod measured;
mod options_against_compilers;
mod partition;
mod typedefs;
