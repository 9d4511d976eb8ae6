//! The tests that fail somewhere, and where they pass.

use std::collections::BTreeMap;

use super::distinction::{Distinction, distinguish};
use super::target::TargetRun;
use super::test::{TestId, TestOutcome};

/// A test that fails on at least one target.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// Which.
    pub test: &'a TestId,
    /// The targets on which it failed, with what it printed there.
    pub failed: Vec<(&'a TargetRun, &'a str)>,
    /// The targets on which it passed.
    pub passed: Vec<&'a TargetRun>,
    /// What distinguishes the first from the second.
    pub distinction: Option<Distinction>,
}

/// The tests that fail somewhere, sorted.
pub fn failures(runs: &[TargetRun]) -> Vec<Failure<'_>> {
    let mut failures: BTreeMap<&TestId, Failure<'_>> = BTreeMap::new();
    for run in runs {
        for (test, outcome) in &run.tests {
            if let TestOutcome::Failed(printed) = outcome {
                let failure = failures.entry(test).or_insert_with(|| Failure {
                    test,
                    failed: Vec::new(),
                    passed: Vec::new(),
                    distinction: None,
                });
                failure.failed.push((run, printed));
            }
        }
    }
    let mut failures: Vec<_> = failures.into_values().collect();
    for failure in &mut failures {
        let passes = |run: &&TargetRun| run.tests.get(failure.test) == Some(&TestOutcome::Passed);
        failure.passed = runs.iter().filter(passes).collect();
        let failing: Vec<_> = failure.failed.iter().map(|(run, _)| &run.abi).collect();
        let passing: Vec<_> = failure.passed.iter().map(|run| &run.abi).collect();
        failure.distinction = distinguish(&failing, &passing);
    }
    failures
}
