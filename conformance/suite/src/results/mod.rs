//! What came of the tests: of each test, of each target, and of those that fail somewhere.

mod distinction;
mod failure;
mod target;
mod test;

pub use distinction::{Distinction, distinguish};
pub use failure::{Failure, failures};
pub use target::{CompileError, Seconds, TargetRun, TargetStatus, exit};
pub use test::{OutcomeCount, ProgramId, TestId, TestOutcome};
