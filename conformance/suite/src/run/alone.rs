//! The second look at what failed, when everything is over.
//!
//! Each failing test runs once more while nothing else does. What passes then is flaky, or something that ran at the same time was in its way. What fails in a network and a view of the project of its own, and passes in this machine's, passes. What fails on an emulated target and not here is tried with the other emulators of this machine, and the emulator is asked for its known faults.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use kit::progress::{Bar, Progress};

use super::partial::PartialResults;
use crate::build::BuildSite;
use crate::emulator::{Probe, calls};
use crate::libtest::Runnable;
use crate::results::{EmulatorFault, Signs, TargetRun, TestId, TestOutcome};

/// What ran on a target, and can run again.
pub(super) struct RanTarget {
    /// How each program is run, by its name as a whole.
    pub(super) programs: BTreeMap<TestId, Runnable>,
    /// What can be asked of the emulator.
    pub(super) probe: Probe,
    /// What can be asked of other emulators, by their names.
    pub(super) others: Vec<(String, Probe)>,
}

/// The same of each target, by its name.
pub(super) type RanTargets = BTreeMap<String, RanTarget>;

/// How many tests of a target are run once more.
const MAX_TESTS: usize = 40;

/// Runs what failed once more, and writes what came of it into the results.
pub(super) async fn look_again(
    targets: &RanTargets,
    site: &BuildSite,
    progress: &Progress,
    results: &PartialResults,
) {
    let runs = results.runs();
    let is_failing = |run: &&TargetRun| failed(run).next().is_some();
    let failing: Vec<_> = runs.iter().filter(is_failing).collect();
    if failing.is_empty() {
        return;
    }
    let bar = progress.phase("running what failed once more, alone", failing.len());
    for run in failing {
        if let Some(target) = targets.get(&run.target.name) {
            target.once_more(run, &bar, results).await;
        }
        bar.done();
    }
    let runs = results.runs();
    let here = runs.iter().filter(|run| run.target.is_native());
    let fails_here: BTreeSet<&TestId> = here.flat_map(failed).collect();
    for run in runs.iter().filter(|run| run.is_emulated) {
        let suspicious = failed(run).filter(|test| !fails_here.contains(test));
        let suspicious: Vec<_> = suspicious.take(MAX_TESTS).collect();
        if let (Some(target), false) = (targets.get(&run.target.name), suspicious.is_empty()) {
            target.by_others(run, &suspicious, site, results).await;
        }
    }
}

impl RanTarget {
    /// Runs what failed on the target once more.
    async fn once_more(&self, run: &TargetRun, bar: &Bar, results: &PartialResults) {
        let name = run.target.name.as_str();
        bar.at(format_args!("{name}"));
        let began = Instant::now();
        let first: BTreeSet<&TestId> = failed(run).take(MAX_TESTS).collect();
        let mut programs: BTreeMap<TestId, Vec<&TestId>> = BTreeMap::new();
        for test in failed(run) {
            programs.entry(whole(test)).or_default().push(test);
        }
        let (mut flaky, mut outside, mut said) = (Vec::new(), Vec::new(), Vec::new());
        for (program, tests) in programs {
            let Some(runnable) = self.programs.get(&program) else {
                continue;
            };
            let of = |name| TestId {
                name,
                ..program.clone()
            };
            let mut names: Vec<_> = tests.iter().map(|test| test.name.clone()).collect();
            let tried = tests.iter().filter(|test| first.contains(**test));
            let tried: Vec<_> = tried.map(|test| test.name.clone()).collect();
            let mut passed = BTreeSet::new();
            for (name, outcome) in runnable.once_more(&tried).await {
                match outcome {
                    TestOutcome::Passed => drop(passed.insert(name)),
                    TestOutcome::Failed(words) => said.push((of(name), words)),
                    _ => {}
                }
            }
            names.retain(|name| !passed.contains(name));
            flaky.extend(passed.into_iter().map(of));
            if let (Some(apart), false) = (&runnable.outside, names.is_empty()) {
                outside.extend(apart.passing(&names).await.into_iter().map(of));
            }
        }
        let all = failed(run).count();
        results.note(name, |run| {
            run.seconds.run += began.elapsed().as_secs_f64();
            for test in flaky {
                if let Some(TestOutcome::Failed(printed)) = run.tests.get(&test) {
                    let flaky = TestOutcome::Flaky(printed.clone());
                    run.tests.insert(test, flaky);
                }
            }
            for (test, words) in said {
                // A program that died later never said what this test had printed.
                if run.tests.get(&test) == Some(&TestOutcome::Failed(String::new())) {
                    run.tests.insert(test, TestOutcome::Failed(words));
                }
            }
            run.notes.extend(only_outside(&outside));
            let passed = |test| (test, TestOutcome::Passed);
            run.tests.extend(outside.into_iter().map(passed));
            if all > MAX_TESTS {
                run.notes.insert(format!(
                    "of {all} failing tests the first {MAX_TESTS} were run once more, alone"
                ));
            }
        });
    }

    /// Asks the emulator for its faults, and tries the others.
    async fn by_others(
        &self,
        run: &TargetRun,
        tests: &[&TestId],
        site: &BuildSite,
        results: &PartialResults,
    ) {
        let scratch = site.scratch.path();
        let faults = self.probe.faults(&site.host, scratch).await;
        let mut others = Vec::new();
        for (name, probe) in &self.others {
            others.push((name.as_str(), probe.faults(&site.host, scratch).await));
        }
        results.note(&run.target.name, |run| {
            run.emulator_faults.clone_from(&faults)
        });
        for test in tests {
            let runnable = self.programs.get(&whole(test));
            let Some(runnable) = runnable.filter(|_| !test.name.is_empty()) else {
                continue;
            };
            let Some(TestOutcome::Failed(printed)) = run.tests.get(test) else {
                continue;
            };
            let met = met(runnable, &test.name, printed, &faults).await;
            // Where one that has a fault like this failure fails it, too, that says nothing of the crate.
            let is_met = |one: &EmulatorFault| met.as_ref() == Some(&one.what);
            let explains = |one: &EmulatorFault| one.may_explain(printed) || is_met(one);
            let is_free = |faults: &[EmulatorFault]| !faults.iter().any(explains);
            results.note(&run.target.name, |run| {
                run.met
                    .extend(met.clone().map(|what| ((*test).clone(), what)));
            });
            let judges = others.iter().filter(|(_, faults)| is_free(faults));
            let judges: BTreeSet<_> = judges.map(|(name, _)| *name).collect();
            if let Some(opinion) = runnable.second_opinion(&test.name, &judges).await {
                results.note(&run.target.name, |run| {
                    run.second_opinions.extend([((*test).clone(), opinion)]);
                });
            }
        }
    }
}

/// What the emulator does that has these faults, where the calls of the system that a failing test makes run into one that nothing shows that the test printed.
async fn met(
    runnable: &Runnable,
    test: &str,
    printed: &str,
    faults: &[EmulatorFault],
) -> Option<String> {
    if faults.iter().any(|fault| fault.may_explain(printed)) {
        return None;
    }
    let mut faults = faults.iter();
    let fault = faults.find(|fault| fault.signs == Signs::MissingProgram)?;
    let calls = runnable.calls(test).await?;
    calls::miss_a_program(&calls).then(|| fault.what.clone())
}

/// The tests that failed on a target.
fn failed(run: &TargetRun) -> impl Iterator<Item = &TestId> {
    let failed = |(test, outcome)| matches!(outcome, &TestOutcome::Failed(_)).then_some(test);
    run.tests.iter().filter_map(failed)
}

/// How many tests a note names.
const MAX_NAMES: usize = 3;

/// The note on tests that pass outside of their namespace only.
fn only_outside(tests: &[TestId]) -> Option<String> {
    let called = |test: &TestId| {
        let name = format!("{} {} {}", test.package, test.program, test.name);
        name.trim_end().to_owned()
    };
    let names: Vec<_> = tests.iter().take(MAX_NAMES).map(called).collect();
    let more = match tests.len().checked_sub(MAX_NAMES) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| {
        format!(
            "only in this machine's network and in the project itself, not in others of their own, these pass: {}{more}",
            names.join(", ")
        )
    })
}

/// The program of a test.
fn whole(test: &TestId) -> TestId {
    TestId {
        name: String::new(),
        ..test.clone()
    }
}
