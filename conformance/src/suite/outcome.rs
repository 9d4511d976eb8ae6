//! What came of the tests of a project on one target.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cross::Target;
use layout::Abi;

/// Which test: three names that mean the same test on every target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestId {
    /// The package.
    pub package: String,
    /// The program of the package.
    pub program: Program,
    /// The test's name in it; empty where the program is one test, or is meant as a whole.
    pub name: String,
}

/// A program of tests, by what cargo calls it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Program {
    /// `lib`, `bin`, `test`, `example`, `bench`, or `doc` for what rustdoc finds.
    pub kind: String,
    /// Its name; empty for a package's library and its documentation.
    pub name: String,
}

impl Program {
    /// The documentation's examples.
    pub fn doc() -> Program {
        Program {
            kind: "doc".to_owned(),
            name: String::new(),
        }
    }

    /// The option that has cargo run this program alone.
    pub fn option(&self) -> String {
        match self.name.as_str() {
            "" => format!("--{}", self.kind),
            name => format!("--{} {name}", self.kind),
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.kind),
            name => write!(f, "{} {name}", self.kind),
        }
    }
}

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed; what it said.
    Failed(String),
    /// It is marked `#[ignore]`; and why, where it says so.
    Ignored(Option<String>),
    /// `crossum.toml` excludes it here; why.
    Excluded(String),
    /// Nobody knows; why.
    CouldNotRun(String),
}

/// What came of all tests on one target.
#[derive(Clone, Debug)]
pub struct TargetRun {
    /// The target.
    pub target: &'static Target,
    /// Its ABI.
    pub abi: Abi,
    /// The release of the Rust that built, where there was one.
    pub rust: Option<String>,
    /// What ran them, such as `qemu-s390x-static 7.2.22`.
    pub runner: Option<String>,
    /// What ran the tests, such as `cargo-nextest 0.9.143`; not those in documentation, which are rustdoc's.
    pub tests_by: Option<String>,
    /// How far it came.
    pub standing: Standing,
    /// The tests.
    pub tests: BTreeMap<TestId, Outcome>,
    /// What else is to be known, such as doctests that cannot be run.
    pub notes: BTreeSet<String>,
    /// How long it took.
    pub seconds: Seconds,
}

/// How far a target came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The tests were built and run.
    Ran,
    /// The project does not compile for it.
    NotBuilt(CompileError),
    /// Something is missing here; what, and what to do.
    CouldNotRun(String),
}

/// A compiler's first error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileError {
    /// Where, where it says so: file, line.
    pub place: Option<(String, u32)>,
    /// What.
    pub message: String,
    /// At length, as the compiler tells it.
    pub rendered: String,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((file, line)) = &self.place {
            write!(f, "{file}:{line}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// How long a target took.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seconds {
    /// To build.
    pub build: f64,
    /// To run, added up over its programs, of which several may run at once.
    pub run: f64,
}

/// A target's tests, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Marked `#[ignore]`.
    pub ignored: usize,
    /// Excluded in `crossum.toml`.
    pub excluded: usize,
    /// Nobody knows.
    pub could_not_run: usize,
}

impl Count {
    /// Counts.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Count {
        let mut count = Count::default();
        for outcome in outcomes {
            let one = match outcome {
                Outcome::Passed => &mut count.passed,
                Outcome::Failed(_) => &mut count.failed,
                Outcome::Ignored(_) => &mut count.ignored,
                Outcome::Excluded(_) => &mut count.excluded,
                Outcome::CouldNotRun(_) => &mut count.could_not_run,
            };
            *one += 1;
        }
        count
    }

    /// How many have passed or failed.
    pub fn ran(&self) -> usize {
        self.passed + self.failed
    }
}

/// A test that fails somewhere.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// Which.
    pub test: &'a TestId,
    /// Where, and what it said there.
    pub failed: Vec<(&'a TargetRun, &'a str)>,
    /// Where it passed.
    pub passed: Vec<&'a TargetRun>,
    /// What the first have in common and the second have not.
    pub only: Option<super::separate::Only>,
}

/// The tests that fail somewhere, sorted.
pub fn failures(runs: &[TargetRun]) -> Vec<Failure<'_>> {
    let mut failures: BTreeMap<&TestId, Failure<'_>> = BTreeMap::new();
    for run in runs {
        for (test, outcome) in &run.tests {
            if let Outcome::Failed(said) = outcome {
                let failure = failures.entry(test).or_insert_with(|| Failure {
                    test,
                    failed: Vec::new(),
                    passed: Vec::new(),
                    only: None,
                });
                failure.failed.push((run, said));
            }
        }
    }
    let mut failures: Vec<_> = failures.into_values().collect();
    for failure in &mut failures {
        let passes = |run: &&TargetRun| run.tests.get(failure.test) == Some(&Outcome::Passed);
        failure.passed = runs.iter().filter(passes).collect();
        let failing: Vec<_> = failure.failed.iter().map(|(run, _)| &run.abi).collect();
        let passing: Vec<_> = failure.passed.iter().map(|run| &run.abi).collect();
        failure.only = super::separate::separate(&failing, &passing);
    }
    failures
}
