//! What came of the tests: of each test, of each target, of those that fail somewhere, and of what could not be built.

mod build_failure;
mod distinction;
mod emulator_fault;
mod fact;
mod failure;
#[cfg(test)]
pub(crate) mod fixture;
mod message;
mod miri;
mod target;
mod test;

pub use build_failure::{BuildFailure, build_failures};
pub use distinction::Distinction;
pub(crate) use emulator_fault::emulator_name;
pub use emulator_fault::{EmulatorFault, SecondOpinion, Signs};
pub use fact::{Fact, Machine};
pub use failure::{Failure, Mark, MessageGroup, failures};
pub use miri::MiriOpinion;
pub use target::{CompileError, Seconds, TargetRun, TargetStatus, exit};
pub use test::{OutcomeCount, ProgramId, TestId, TestOutcome};
