//! `crossum test`: a cargo project's own tests, on every target.
//!
//! A run goes down these folders, and no folder uses one above it:
//!
//! - `report` formats what came of the tests.
//! - `run` builds for one target at a time and runs what is built beside the next build.
//! - `nextest` runs the programs of a target where it is installed. Otherwise `libtest` runs each program and reads what it prints.
//! - `miri` has Miri run a failing test, where the user asks for that.
//! - `emulator` asks the emulators what they are known to compute wrongly.
//! - `build` has cargo build the tests and records how cargo would run them.
//! - `project` is what the user has and gives: the cargo project, arguments, excludes.
//! - `results` is what came of the tests, and what distinguishes the targets on which one fails.
//!
//! Nothing in here needs the sources of crossum.

mod build;
mod emulator;
mod libtest;
mod miri;
mod nextest;
mod project;
pub mod report;
mod results;
mod run;

pub use build::{BuildSite, ProcessKind, RecordedProcess, record};
pub use miri::Miri;
pub use project::{Arguments, Excludes, Project, RefusedArgument, Toolchains, UsageError};
pub use results::{
    BuildFailure, CompileError, Distinction, EmulatorFault, Fact, Failure, Machine, Mark,
    MessageGroup, MiriOpinion, OutcomeCount, ProgramId, SecondOpinion, Seconds, Signs, TargetRun,
    TargetStatus, TestId, TestOutcome, build_failures, exit, failures,
};
pub use run::{
    Action, DebugSession, Driver, DriverChoice, GDB, Listing, PartialResults, Plan, debug,
    in_order, list, run, targets,
};
