//! Builds the tests of a project for one target, and learns how cargo would run them.
//!
//! One `cargo test --target T` does both ([`BuildSite::build`]). Before that, one cargo builds for several targets at once, so that no core waits for the last crates of one ([`BuildSite::build_ahead`]). `crossum` stands in for the target's runner and for rustdoc there: it writes down how cargo started it ([`RecordedProcess`]) and runs nothing. The project's own flags and configuration stay in force. Only the linker is added, and the sysroot where the toolchain has no standard library for the target ([`environment`]).

mod ahead;
mod complaint;
mod environment;
mod messages;
mod programs;
mod record;
mod site;

pub use record::{ProcessKind, RecordedProcess, record};
pub use site::BuildSite;

pub(crate) use ahead::Ahead;
pub(crate) use complaint::complaint;
pub(crate) use environment::rustdoc_of;
pub(crate) use messages::{Artifact, Helper};
pub(crate) use programs::{BuildError, BuiltTests, TestProgram};
