//! Miri as a second opinion on a failing test: it interprets the test for the same target, without an emulator, and finds what has no meaning in Rust.
//!
//! It is a part of nightly toolchains, and so another compiler than the project's may have compiled what it runs.

mod installed;
mod printed;

pub use installed::Miri;
