//! The second run of what failed: when everything is over, each failing test runs once more while nothing else does. What passes then is flaky, or something that ran at the same time was in its way.

use std::collections::BTreeMap;
use std::time::Instant;

use kit::progress::Progress;

use super::partial::PartialResults;
use crate::libtest::Runnable;
use crate::results::{TargetRun, TestId, TestOutcome};

/// How each program of each target is run, by the target's name and by the program's name as a whole.
pub(super) type Runnables = BTreeMap<String, BTreeMap<TestId, Runnable>>;

/// How many tests of a target are run once more.
const MAX_TESTS: usize = 40;

/// Runs what failed once more, and writes what came of it into the results.
pub(super) async fn once_more(
    runnables: &Runnables,
    progress: &Progress,
    results: &PartialResults,
) {
    let runs = results.runs();
    let failed: Vec<_> = runs.iter().map(|run| (run, failed(run))).collect();
    let count = failed.iter().map(|(_, programs)| programs.len()).sum();
    if count == 0 {
        return;
    }
    let bar = progress.phase("running what failed once more, alone", count);
    for (run, programs) in failed {
        let name = run.target.name.as_str();
        let all: usize = programs.values().map(Vec::len).sum();
        if all > MAX_TESTS {
            results.note(name, |run| {
                run.notes.insert(format!(
                    "of {all} failing tests the first {MAX_TESTS} were run once more, alone"
                ));
            });
        }
        let mut left = MAX_TESTS;
        for (program, mut names) in programs {
            names.truncate(left);
            left -= names.len();
            let runnable = runnables.get(name).and_then(|all| all.get(&program));
            let Some(runnable) = runnable.filter(|_| !names.is_empty()) else {
                bar.done();
                continue;
            };
            bar.at(format_args!("{name}"));
            let began = Instant::now();
            let outcomes = runnable.once_more(&names).await;
            let passed = outcomes
                .into_iter()
                .filter(|(_, outcome)| *outcome == TestOutcome::Passed);
            results.note(name, |run| {
                run.seconds.run += began.elapsed().as_secs_f64();
                for (name, _) in passed {
                    let test = TestId {
                        name,
                        ..program.clone()
                    };
                    if let Some(TestOutcome::Failed(printed)) = run.tests.get(&test) {
                        let flaky = TestOutcome::Flaky(printed.clone());
                        run.tests.insert(test, flaky);
                    }
                }
            });
            bar.done();
        }
    }
}

/// The names of the failing tests of each program.
fn failed(run: &TargetRun) -> BTreeMap<TestId, Vec<String>> {
    let mut failed: BTreeMap<TestId, Vec<String>> = BTreeMap::new();
    for (test, outcome) in &run.tests {
        if matches!(outcome, TestOutcome::Failed(_)) {
            let program = TestId {
                name: String::new(),
                ..test.clone()
            };
            let names = failed.entry(program).or_default();
            names.push(test.name.clone());
        }
    }
    failed
}
