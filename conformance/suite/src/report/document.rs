//! The machine-readable report on a project's tests. Fields may be added. Those that exist keep their meaning.

use layout::ByteOrder;
use serde::Serialize;

use super::{bounded, rerun};
use crate::results::{
    Distinction, Failure, OutcomeCount, TargetRun, TargetStatus, TestId, TestOutcome, failures,
};

/// How many lines are kept of what a test printed.
const MAX_LINES: usize = 400;

/// All targets, sorted by name.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TestReport {
    format: &'static str,
    version: u32,
    /// Whether the run was interrupted. What was not over by then could not run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    interrupted: bool,
    targets: Vec<TargetRow>,
    /// The tests that fail somewhere, and what distinguishes those targets from the others.
    failures: Vec<FailureRow>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TargetRow {
    target: String,
    abi: String,
    /// `ran`, `could-not-build`, `could-not-run`
    standing: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    /// The compiler's first error.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorRow>,
    rust: Option<String>,
    runner: Option<String>,
    /// `cargo-nextest VERSION`, or `libtest`. rustdoc runs the examples in documentation.
    tests_by: Option<String>,
    counts: CountRow,
    seconds: SecondsRow,
    notes: Vec<String>,
    tests: Vec<TestRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ErrorRow {
    file: Option<String>,
    line: Option<u32>,
    message: String,
    rendered: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CountRow {
    passed: usize,
    failed: usize,
    ignored: usize,
    excluded: usize,
    could_not_run: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SecondsRow {
    build: f64,
    run: f64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NameRow {
    package: String,
    /// `lib`, `bin NAME`, `test NAME`, `example NAME`, `bench NAME`, `doc`
    program: String,
    /// Empty where the program is one test, or where the whole program is meant.
    name: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TestRow {
    #[serde(flatten)]
    name: NameRow,
    /// `passed`, `failed`, `ignored`, `excluded`, `could-not-run`
    outcome: &'static str,
    /// What it printed, or the reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FailureRow {
    #[serde(flatten)]
    name: NameRow,
    failed_on: Vec<String>,
    passed_on: Vec<String>,
    /// What all of the first have and none of the second has; null where nothing is claimed.
    only: Option<OnlyRow>,
    rerun: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    tag = "kind"
)]
enum OnlyRow {
    /// All of these properties together.
    Properties {
        properties: Vec<&'static str>,
        /// Others that would explain the same: the targets at hand do not distinguish them.
        or: Vec<&'static str>,
    },
    OneAbi {
        abi: String,
    },
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    targets: usize,
    big_endian_targets: usize,
    could_not_build: usize,
    could_not_run: usize,
    tests: CountRow,
    failing_tests: usize,
    seconds: f64,
}

impl TestReport {
    /// The report on these targets. `seconds` is how long the whole run took.
    pub fn of(runs: &[TargetRun], interrupted: bool, seconds: f64) -> TestReport {
        let failures = failures(runs);
        let count = |wanted: fn(&TargetStatus) -> bool| {
            runs.iter().filter(|run| wanted(&run.status)).count()
        };
        let is_big = |run: &&TargetRun| run.abi.byte_order() == ByteOrder::Big;
        let mut targets: Vec<_> = runs.iter().map(TargetRow::of).collect();
        targets.sort_by(|one, other| one.target.cmp(&other.target));
        TestReport {
            format: "crossum-test",
            version: 1,
            interrupted,
            targets,
            summary: Summary {
                targets: runs.len(),
                big_endian_targets: runs.iter().filter(is_big).count(),
                could_not_build: count(|status| matches!(status, TargetStatus::NotBuilt(_))),
                could_not_run: count(|status| matches!(status, TargetStatus::CouldNotRun(_))),
                tests: OutcomeCount::of(runs.iter().flat_map(|run| run.tests.values())).into(),
                failing_tests: failures.len(),
                seconds,
            },
            failures: failures.iter().map(FailureRow::of).collect(),
        }
    }
}

impl TargetRow {
    fn of(run: &TargetRun) -> TargetRow {
        let (standing, why, error) = match &run.status {
            TargetStatus::Ran => ("ran", None, None),
            TargetStatus::CouldNotRun(why) => ("could-not-run", Some(why.clone()), None),
            TargetStatus::NotBuilt(error) => {
                let (file, line) = error.place.clone().unzip();
                let row = ErrorRow {
                    file,
                    line,
                    message: error.message.clone(),
                    rendered: error.rendered.clone(),
                };
                ("could-not-build", Some(error.to_string()), Some(row))
            }
        };
        TargetRow {
            target: run.target.name.clone(),
            abi: run.abi.name().to_owned(),
            standing,
            why,
            error,
            rust: run.rust.clone(),
            runner: run.runner.clone(),
            tests_by: run.tests_by.clone(),
            counts: OutcomeCount::of(run.tests.values()).into(),
            seconds: SecondsRow {
                build: run.seconds.build,
                run: run.seconds.run,
            },
            notes: run.notes.iter().cloned().collect(),
            tests: run.tests.iter().map(TestRow::of).collect(),
        }
    }
}

impl From<OutcomeCount> for CountRow {
    fn from(count: OutcomeCount) -> CountRow {
        let OutcomeCount {
            passed,
            failed,
            ignored,
            excluded,
            could_not_run,
        } = count;
        CountRow {
            passed,
            failed,
            ignored,
            excluded,
            could_not_run,
        }
    }
}

impl NameRow {
    fn of(test: &TestId) -> NameRow {
        NameRow {
            package: test.package.clone(),
            program: test.program.to_string(),
            name: test.name.clone(),
        }
    }
}

impl TestRow {
    fn of((test, outcome): (&TestId, &TestOutcome)) -> TestRow {
        let (outcome, words) = match outcome {
            TestOutcome::Passed => ("passed", None),
            TestOutcome::Failed(printed) => ("failed", Some(printed)),
            TestOutcome::Ignored(why) => ("ignored", why.as_ref()),
            TestOutcome::Excluded(why) => ("excluded", Some(why)),
            TestOutcome::CouldNotRun(why) => ("could-not-run", Some(why)),
        };
        TestRow {
            name: NameRow::of(test),
            outcome,
            said: words.map(|words| bounded(words, MAX_LINES).0.join("\n")),
        }
    }
}

impl FailureRow {
    fn of(failure: &Failure<'_>) -> FailureRow {
        let name = |run: &TargetRun| run.target.name.clone();
        FailureRow {
            name: NameRow::of(failure.test),
            failed_on: failure.failed.iter().map(|(run, _)| name(run)).collect(),
            passed_on: failure.passed.iter().map(|run| name(run)).collect(),
            only: failure.distinction.as_ref().map(OnlyRow::of),
            rerun: rerun(failure),
        }
    }
}

impl OnlyRow {
    fn of(distinction: &Distinction) -> OnlyRow {
        match distinction {
            Distinction::One { property, or } => OnlyRow::Properties {
                properties: vec![property.word()],
                or: or.iter().map(|property| property.word()).collect(),
            },
            Distinction::Both(one, other) => OnlyRow::Properties {
                properties: vec![one.word(), other.word()],
                or: Vec::new(),
            },
            Distinction::OneAbi(abi) => OnlyRow::OneAbi { abi: abi.clone() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<TestReport>("crossum-test").unwrap();
    }
}
