//! What came of all tests on one target.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cross::Target;
use kit::exit::Exit;
use layout::Abi;

use super::emulator_fault::{EmulatorFault, SecondOpinion};
use super::miri::MiriOpinion;
use super::test::{OutcomeCount, TestId, TestOutcome};

/// What came of all tests on one target.
#[derive(Clone, Debug)]
pub struct TargetRun {
    /// The target.
    pub target: &'static Target,
    /// Its ABI.
    pub abi: Abi,
    /// Whether its programs are emulated: the kernel is this machine's then.
    pub is_emulated: bool,
    /// The release of the Rust toolchain that built for it, where there is one.
    pub rust: Option<String>,
    /// What started its programs, such as `qemu-s390x-static 7.2.22`.
    pub runner: Option<String>,
    /// What ran the tests, such as `cargo-nextest 0.9.143`. The examples in documentation are always run by rustdoc.
    pub tests_by: Option<String>,
    /// How far it came.
    pub status: TargetStatus,
    /// The packages that do not compile for it, where others do.
    pub unbuilt: BTreeMap<String, CompileError>,
    /// The tests.
    pub tests: BTreeMap<TestId, TestOutcome>,
    /// What its emulator does wrong, where a test fails on it and it was asked.
    pub emulator_faults: Vec<EmulatorFault>,
    /// Of failing tests, the fault that their calls of the system ran into: what the emulator does.
    pub met: BTreeMap<TestId, String>,
    /// What another emulator of this machine comes to, of the failing tests that were tried with one.
    pub second_opinions: BTreeMap<TestId, SecondOpinion>,
    /// What Miri comes to, of the failing tests that it was asked about.
    pub miri: BTreeMap<TestId, MiriOpinion>,
    /// What else a reader must know, such as doctests that cannot be run.
    pub notes: BTreeSet<String>,
    /// How long it took.
    pub seconds: Seconds,
}

impl TargetRun {
    /// The fault of the emulator from which the failure of a test may come, that printed this.
    pub fn fault_of(&self, test: &TestId, printed: &str) -> Option<&EmulatorFault> {
        let met = self.met.get(test);
        let mut faults = self.emulator_faults.iter();
        faults.find(|fault| fault.may_explain(printed) || met == Some(&fault.what))
    }
}

/// How far a target came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetStatus {
    /// The tests were built and run.
    Ran,
    /// The tests were built, and nothing was to be run.
    Built,
    /// The project does not compile for it.
    NotBuilt(CompileError),
    /// Something is missing on this machine. With what it is and what to do.
    CouldNotRun(String),
}

/// The first error of a compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// The file and the line, where the compiler names them.
    pub place: Option<(String, u32)>,
    /// The message, in one line.
    pub message: String,
    /// The message as the compiler prints it, with the source.
    pub rendered: String,
}

impl TargetStatus {
    /// Whether it came as far as it was to come.
    pub fn is_whole(&self) -> bool {
        matches!(self, TargetStatus::Ran | TargetStatus::Built)
    }
}

impl CompileError {
    /// Whether a lint refuses it, which the source denies or a newer compiler does by default.
    pub fn is_of_a_lint(&self) -> bool {
        self.rendered.contains("= note: `#[deny(")
            || self
                .rendered
                .contains("note: the lint level is defined here")
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line)) = &self.place {
            write!(f, "{file}:{line}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// How long a target took, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// To build.
    pub build: f64,
    /// To run: the sum over its programs, of which several may run at once.
    pub run: f64,
}

/// The exit code for these runs: a failed test comes before everything that could not run. A run in which no test ran is no success, unless none was to run.
pub fn exit(runs: &[TargetRun]) -> Exit {
    let count = OutcomeCount::of(runs.iter().flat_map(|run| run.tests.values()));
    let all_ran = runs
        .iter()
        .all(|run| run.status.is_whole() && run.unbuilt.is_empty());
    let was_to_run = runs.iter().any(|run| run.status != TargetStatus::Built);
    // One that passes when nothing else runs did fail, and would have failed by itself with cargo.
    if count.failed + count.flaky > 0 {
        Exit::Failed
    } else if !all_ran || count.could_not_run > 0 || (was_to_run && count.ran() == 0) {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ProgramId, fixture};
    use super::*;

    fn run(status: TargetStatus, outcomes: &[TestOutcome]) -> TargetRun {
        let id = |number: usize| TestId {
            package: "codec".to_owned(),
            program: ProgramId::doc(),
            name: number.to_string(),
        };
        let tests = outcomes.iter().cloned().enumerate();
        let tests = tests.map(|(number, one)| (id(number), one)).collect();
        TargetRun {
            status,
            ..fixture::run("s390x", tests)
        }
    }

    #[test]
    fn what_a_lint_refuses_is_told_from_other_errors() {
        let is_of_a_lint = |rendered: &str| {
            let error = CompileError {
                place: None,
                message: String::new(),
                rendered: rendered.to_owned(),
            };
            error.is_of_a_lint()
        };
        assert!(is_of_a_lint(
            "error: unnecessary qualification\nnote: the lint level is defined here\n"
        ));
        assert!(is_of_a_lint(
            "error: implicit autoref\n   = note: `#[deny(dangerous_implicit_autorefs)]` on by default"
        ));
        assert!(!is_of_a_lint(
            "error[E0308]: mismatched types\n 3 | #[deny(warnings)]"
        ));
    }

    #[test]
    fn the_exit_code_is_a_success_only_where_tests_ran_and_none_failed() {
        use TestOutcome::{CouldNotRun, Failed, Flaky, Ignored, Passed};
        let failed = || Failed(String::new());
        let could_not_run = || CouldNotRun(String::new());
        let missing = || TargetStatus::CouldNotRun("no gcc".to_owned());
        let mut without_a_member = run(TargetStatus::Ran, &[Passed]);
        let error = CompileError {
            place: None,
            message: String::new(),
            rendered: String::new(),
        };
        without_a_member.unbuilt.insert("x".to_owned(), error);
        for (runs, code) in [
            (vec![run(TargetStatus::Ran, &[Passed])], Exit::Held),
            (vec![run(TargetStatus::Ran, &[])], Exit::CouldNotRun),
            (
                vec![run(TargetStatus::Ran, &[Ignored(None)])],
                Exit::CouldNotRun,
            ),
            (
                vec![run(TargetStatus::Ran, &[Passed, failed()])],
                Exit::Failed,
            ),
            (
                vec![run(TargetStatus::Ran, &[Passed, Flaky(String::new())])],
                Exit::Failed,
            ),
            (vec![without_a_member], Exit::CouldNotRun),
            (vec![run(TargetStatus::Built, &[])], Exit::Held),
            (
                vec![run(TargetStatus::Built, &[]), run(missing(), &[])],
                Exit::CouldNotRun,
            ),
            (
                vec![run(TargetStatus::Ran, &[Passed, could_not_run()])],
                Exit::CouldNotRun,
            ),
            (
                vec![run(TargetStatus::Ran, &[Passed]), run(missing(), &[])],
                Exit::CouldNotRun,
            ),
            (
                vec![run(TargetStatus::Ran, &[failed()]), run(missing(), &[])],
                Exit::Failed,
            ),
        ] {
            assert_eq!(exit(&runs), code, "{runs:?}");
        }
    }
}
