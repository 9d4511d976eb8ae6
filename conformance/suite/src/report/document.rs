//! The machine-readable report on a project's tests. Fields may be added. Those that exist keep their meaning.

use kit::names::short;
use layout::ByteOrder;
use serde::Serialize;

use super::pipeline::Pipeline;
use super::{Rerun, bounded, by_mark, by_miri, emulators, failing, marks};
use crate::results::{
    BuildFailure, CompileError, Distinction, Failure, MessageGroup, OutcomeCount, TargetRun,
    TargetStatus, TestId, TestOutcome, build_failures, failures,
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
    /// The tests that fail somewhere, and what distinguishes those targets from the others. What fails on this machine, too, is last.
    failures: Vec<FailureRow>,
    /// What the compiler refuses somewhere, and what distinguishes those targets from the others.
    build_failures: Vec<BuildFailureRow>,
    summary: Summary,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TargetRow {
    target: String,
    abi: String,
    /// Whether its programs are emulated here.
    emulated: bool,
    /// `ran`, `built` (nothing was to be run), `could-not-build`, `could-not-run`
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
    /// The packages that do not compile for it, where others do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unbuilt: Vec<UnbuiltRow>,
    tests: Vec<TestRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnbuiltRow {
    package: String,
    error: ErrorRow,
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
    /// Failed, and passed when run once more, alone.
    flaky: usize,
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
    /// `passed`, `failed`, `flaky`, `ignored`, `excluded`, `could-not-run`
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
    /// The mark as people read it; null where nothing is claimed.
    mark: Option<String>,
    failed_on: Vec<String>,
    /// Where it failed, and passed when it was run once more, alone.
    flaky_on: Vec<String>,
    passed_on: Vec<String>,
    /// What is known of the emulators, where the failure comes from them or may.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    emulators: Vec<String>,
    /// What Miri says, where it was asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    miri: Vec<MiriRow>,
    /// What all of the first have and none of the second has; null where nothing is claimed.
    only: Option<OnlyRow>,
    /// The targets with the same message, where there are several messages. The largest group is first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<GroupRow>,
    rerun: Option<String>,
}

/// What Miri came to, when it ran the test as for this target.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MiriRow {
    target: String,
    /// `passed`, `failed`, `undefined-behaviour`, `could-not-run`
    outcome: &'static str,
    told: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GroupRow {
    /// What the test printed on all of them.
    message: String,
    failed_on: Vec<String>,
    /// What distinguishes them from the targets on which it passes; null where nothing is claimed, or where `only` of the whole says it.
    only: Option<OnlyRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BuildFailureRow {
    /// Null where no package was built.
    package: Option<String>,
    message: String,
    failed_on: Vec<String>,
    built_on: Vec<String>,
    /// What all of the first have and none of the second has; null where nothing is claimed.
    only: Option<OnlyRow>,
}

/// The fastest big-endian target and the fastest of 32 bits, which may be the same.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PipelineRow {
    targets: Vec<String>,
    /// To build and to run them, as measured in this run.
    seconds: f64,
    /// How many of the tests that fail only elsewhere than on this machine fail on one of these.
    finds: usize,
    of: usize,
}

/// How many tests have a mark.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MarkRow {
    mark: String,
    tests: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case",
    tag = "kind"
)]
enum OnlyRow {
    /// All of these properties together. `emulated` is one.
    Properties {
        properties: Vec<&'static str>,
        /// Others that would explain the same: the targets at hand do not distinguish them.
        or: Vec<String>,
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
    /// How many tests have each mark, the most frequent first.
    marks: Vec<MarkRow>,
    /// Which two targets a pipeline should keep.
    #[serde(skip_serializing_if = "Option::is_none")]
    ci: Option<PipelineRow>,
    seconds: f64,
}

impl TestReport {
    /// The report on these targets. `seconds` is how long the whole run took.
    pub fn of(runs: &[TargetRun], rerun: &Rerun, interrupted: bool, seconds: f64) -> TestReport {
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
                failing_tests: failing(&failures),
                marks: by_mark(&failures)
                    .into_iter()
                    .map(|(mark, tests)| MarkRow { mark, tests })
                    .collect(),
                ci: Pipeline::of(runs, &failures).map(|pipeline| PipelineRow {
                    targets: pipeline.targets.iter().map(|run| name(run)).collect(),
                    seconds: pipeline.seconds(),
                    finds: pipeline.finds,
                    of: pipeline.of,
                }),
                seconds,
            },
            failures: failures
                .iter()
                .map(|failure| FailureRow::of(failure, rerun))
                .collect(),
            build_failures: build_failures(runs)
                .iter()
                .map(BuildFailureRow::of)
                .collect(),
        }
    }
}

impl TargetRow {
    fn of(run: &TargetRun) -> TargetRow {
        let (standing, why, error) = match &run.status {
            TargetStatus::Ran => ("ran", None, None),
            TargetStatus::Built => ("built", None, None),
            TargetStatus::CouldNotRun(why) => ("could-not-run", Some(why.clone()), None),
            TargetStatus::NotBuilt(error) => {
                let row = ErrorRow::of(error);
                ("could-not-build", Some(error.to_string()), Some(row))
            }
        };
        TargetRow {
            target: run.target.name.clone(),
            abi: run.abi.name().to_owned(),
            emulated: run.is_emulated,
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
            unbuilt: run
                .unbuilt
                .iter()
                .map(|(package, error)| UnbuiltRow {
                    package: package.clone(),
                    error: ErrorRow::of(error),
                })
                .collect(),
            tests: run.tests.iter().map(TestRow::of).collect(),
        }
    }
}

impl ErrorRow {
    fn of(error: &CompileError) -> ErrorRow {
        let (file, line) = error.place.clone().unzip();
        ErrorRow {
            file,
            line,
            message: error.message.clone(),
            rendered: error.rendered.clone(),
        }
    }
}

impl From<OutcomeCount> for CountRow {
    fn from(count: OutcomeCount) -> CountRow {
        let OutcomeCount {
            passed,
            failed,
            flaky,
            ignored,
            excluded,
            could_not_run,
        } = count;
        CountRow {
            passed,
            failed,
            flaky,
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
            TestOutcome::Flaky(printed) => ("flaky", Some(printed)),
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
    fn of(failure: &Failure<'_>, rerun: &Rerun) -> FailureRow {
        let of = |runs: &[(&TargetRun, &str)]| runs.iter().map(|(run, _)| name(run)).collect();
        let emulated = failure.emulator.iter().map(|(run, _, _)| *run);
        let failed_on = failure.failed.iter().map(|(run, _)| *run).chain(emulated);
        let mut failed_on: Vec<_> = failed_on.map(name).collect();
        failed_on.sort_unstable();
        FailureRow {
            name: NameRow::of(failure.test),
            mark: marks(failure),
            failed_on,
            flaky_on: of(&failure.flaky),
            passed_on: names(&failure.passed),
            emulators: emulators(failure),
            miri: by_miri(failure)
                .into_iter()
                .map(|(run, opinion)| MiriRow {
                    target: name(run),
                    outcome: opinion.word(),
                    told: opinion.told(short(&run.target.name)),
                })
                .collect(),
            only: failure.distinction.as_ref().map(OnlyRow::of),
            groups: match failure.groups.as_slice() {
                [_] => Vec::new(),
                groups => groups.iter().map(GroupRow::of).collect(),
            },
            rerun: rerun.command(failure),
        }
    }
}

fn name(run: &TargetRun) -> String {
    run.target.name.clone()
}

fn names(runs: &[&TargetRun]) -> Vec<String> {
    runs.iter().map(|run| name(run)).collect()
}

impl GroupRow {
    fn of(group: &MessageGroup<'_>) -> GroupRow {
        GroupRow {
            message: bounded(&group.message, MAX_LINES).0.join("\n"),
            failed_on: names(&group.failed),
            only: group.distinction.as_ref().map(OnlyRow::of),
        }
    }
}

impl BuildFailureRow {
    fn of(failure: &BuildFailure<'_>) -> BuildFailureRow {
        BuildFailureRow {
            package: failure.package.map(str::to_owned),
            message: failure.error.to_string(),
            failed_on: names(&failure.failed),
            built_on: names(&failure.built),
            only: failure.distinction.as_ref().map(OnlyRow::of),
        }
    }
}

impl OnlyRow {
    fn of(distinction: &Distinction) -> OnlyRow {
        match distinction {
            Distinction::One { fact, or } => OnlyRow::Properties {
                properties: vec![fact.word()],
                or: or.iter().map(|fact| fact.word().to_owned()).collect(),
            },
            Distinction::Both {
                both: (one, other),
                or,
            } => OnlyRow::Properties {
                properties: vec![one.word(), other.word()],
                or: or
                    .iter()
                    .map(|(one, other)| format!("{one} and {other}"))
                    .collect(),
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
