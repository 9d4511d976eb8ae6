//! A test, and what came of it.

use std::fmt;

/// Which test: three names that mean the same test on every target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestId {
    /// The package.
    pub package: String,
    /// The program of the package.
    pub program: ProgramId,
    /// The name of the test in the program. Empty where the program is one test, or where the whole program is meant.
    pub name: String,
}

/// A program of tests, by cargo's words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProgramId {
    /// `lib`, `bin`, `test`, `example` or `bench`; `doc` for the examples that rustdoc finds.
    pub kind: String,
    /// Its name. Empty for a package's library and for its documentation.
    pub name: String,
}

impl ProgramId {
    /// The examples in a package's documentation.
    pub fn doc() -> ProgramId {
        ProgramId {
            kind: "doc".to_owned(),
            name: String::new(),
        }
    }

    /// The option with which cargo runs this program alone, in words.
    pub fn option(&self) -> Vec<String> {
        let option = format!("--{}", self.kind);
        let name = (!self.name.is_empty()).then(|| self.name.clone());
        [option].into_iter().chain(name).collect()
    }
}

impl fmt::Display for ProgramId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.kind),
            name => write!(f, "{} {name}", self.kind),
        }
    }
}

/// What came of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestOutcome {
    /// It passed.
    Passed,
    /// It failed. With what it printed.
    Failed(String),
    /// It failed, and passed when it was run once more, alone: it is flaky, or something that ran at the same time was in its way. With what it printed when it failed.
    Flaky(String),
    /// It is marked `#[ignore]`. With the reason, where it gives one.
    Ignored(Option<String>),
    /// `crossum.toml` excludes it on this target. With the reason.
    Excluded(String),
    /// It is not known whether it would pass. With the reason.
    CouldNotRun(String),
}

/// Outcomes, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OutcomeCount {
    /// Passed.
    pub passed: usize,
    /// Failed.
    pub failed: usize,
    /// Failed, and passed alone.
    pub flaky: usize,
    /// Marked `#[ignore]`.
    pub ignored: usize,
    /// Excluded in `crossum.toml`.
    pub excluded: usize,
    /// Could not run.
    pub could_not_run: usize,
}

impl OutcomeCount {
    /// Counts these.
    pub fn of<'a>(outcomes: impl IntoIterator<Item = &'a TestOutcome>) -> OutcomeCount {
        let mut count = OutcomeCount::default();
        for outcome in outcomes {
            let one = match outcome {
                TestOutcome::Passed => &mut count.passed,
                TestOutcome::Failed(_) => &mut count.failed,
                TestOutcome::Flaky(_) => &mut count.flaky,
                TestOutcome::Ignored(_) => &mut count.ignored,
                TestOutcome::Excluded(_) => &mut count.excluded,
                TestOutcome::CouldNotRun(_) => &mut count.could_not_run,
            };
            *one += 1;
        }
        count
    }

    /// How many passed or failed.
    pub fn ran(&self) -> usize {
        self.passed + self.failed + self.flaky
    }
}
