//! The model against the world.

#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

mod abi_against_compilers;
mod compilers;
mod named_cases;
mod random_types;
mod speed;
mod typedefs;
