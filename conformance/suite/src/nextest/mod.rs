//! Runs the programs of a target by [nextest](https://nexte.st), where the project has a configuration for it: one process for each test, by the project's own `.config/nextest.toml` (retries, time limits, filters, groups).
//!
//! Cargo has built the programs by then. Nextest gets what was built ([`binaries`]), the project as `cargo metadata` describes it, and the target's runner in cargo's own variable. The results are in its JUnit ([`junit`]). What it did not run, and why, is in its list ([`listed`]). rustdoc runs the examples in documentation, since nextest has no doctests.

mod arguments;
mod batch;
mod binaries;
mod configuration;
mod installed;
mod junit;
mod listed;

pub(crate) use arguments::understands;
pub(crate) use installed::Nextest;

pub(crate) use batch::{Batch, BatchMember};
pub(crate) use binaries::Platform;
