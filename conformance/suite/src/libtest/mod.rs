//! A program of tests that cargo built, run as `cargo test` runs it: what it prints, which tests it has, and what came of each.
//!
//! The text that libtest prints is stable. Its JSON is not.

mod listing;
mod output;
mod program;
mod single;

pub(crate) use output::outcomes;
pub(crate) use program::{Outcomes, Runnable, whole};
pub(crate) use single::printed_by;
