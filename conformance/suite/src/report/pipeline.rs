//! Which two targets a pipeline should keep: what is found quickest of what only other machines find. Pure.

use kit::property::Property;

use crate::results::{Failure, Mark, OutcomeCount, TargetRun, TargetStatus};

/// The fastest big-endian target and the fastest of 32 bits.
#[derive(Debug)]
pub(super) struct Pipeline<'a> {
    /// Sorted by name. It is one where the fastest of both kinds is the same.
    pub(super) targets: Vec<&'a TargetRun>,
    /// How many of the tests that fail, and not on this machine, fail on one of these.
    pub(super) finds: usize,
    /// How many such tests there are.
    pub(super) of: usize,
}

/// With fewer emulated targets there is nothing to choose.
const MIN_TARGETS: usize = 4;

impl<'a> Pipeline<'a> {
    /// Chooses among the targets whose tests ran. `None` where there are too few, or none of either kind.
    pub(super) fn of(runs: &'a [TargetRun], failures: &[Failure<'_>]) -> Option<Pipeline<'a>> {
        let some_ran = |run: &TargetRun| OutcomeCount::of(run.tests.values()).ran() > 0;
        let is_possible =
            |run: &&TargetRun| run.status == TargetStatus::Ran && run.is_emulated && some_ran(run);
        let possible: Vec<_> = runs.iter().filter(is_possible).collect();
        if possible.len() < MIN_TARGETS {
            return None;
        }
        let fastest = |property: Property| {
            let with = possible.iter().filter(|run| property.holds(&run.abi));
            let fastest = with.min_by(|one, other| seconds(one).total_cmp(&seconds(other)));
            fastest.copied()
        };
        let mut targets = vec![fastest(Property::BigEndian)?, fastest(Property::Bits32)?];
        targets.sort_by_key(|run| &run.target.name);
        targets.dedup_by_key(|run| &run.target.name);
        let is_elsewhere = |failure: &&Failure<'_>| {
            let marks = failure.marks();
            marks
                .iter()
                .any(|mark| matches!(mark, Mark::Only(_) | Mark::None))
        };
        let elsewhere: Vec<_> = failures.iter().filter(is_elsewhere).collect();
        let is_found = |failure: &&&Failure<'_>| {
            let mut failed = failure.failed.iter();
            failed.any(|(run, _)| targets.iter().any(|one| one.target == run.target))
        };
        Some(Pipeline {
            finds: elsewhere.iter().filter(is_found).count(),
            of: elsewhere.len(),
            targets,
        })
    }

    /// What they take together, in seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.targets.iter().map(|run| seconds(run)).sum()
    }
}

fn seconds(run: &TargetRun) -> f64 {
    run.seconds.build + run.seconds.run
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::fixture::run;
    use crate::results::{ProgramId, TestId, TestOutcome, failures};

    #[test]
    fn the_fastest_of_both_kinds_are_chosen_with_what_they_find() {
        let failing = |test: &str| {
            let id = TestId {
                package: "codec".to_owned(),
                program: ProgramId::doc(),
                name: test.to_owned(),
            };
            (id, TestOutcome::Failed("x".to_owned()))
        };
        let timed = |target: &str, seconds: f64, tests: &[&str]| {
            let mut run = run(target, tests.iter().map(|test| failing(test)).collect());
            run.seconds.run = seconds;
            run
        };
        let mut runs = vec![
            timed("x86_64", 0.0, &["here"]),
            timed("aarch64", 1.0, &["here"]),
            timed("i686", 3.0, &["here", "width"]),
            timed("armv7", 2.0, &["here"]),
            timed("s390x", 5.0, &["here", "order"]),
            timed("powerpc64", 9.0, &["here", "order"]),
        ];
        let found = |runs: &[TargetRun]| {
            let failures = failures(runs);
            let pipeline = Pipeline::of(runs, &failures)?;
            let names = pipeline.targets.iter().map(|run| run.target.arch.clone());
            Some((names.collect::<Vec<_>>(), pipeline.finds, pipeline.of))
        };
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(found(&runs), Some((names(&["arm", "s390x"]), 1, 2)));
        // One that is both, and faster than the others.
        runs.push(timed("powerpc", 0.5, &["here", "order", "width"]));
        assert_eq!(found(&runs), Some((names(&["powerpc"]), 2, 2)));
        assert_eq!(found(&runs[..4]), None);
        // Where no test ran, nothing is known of what is quick.
        for run in &mut runs {
            run.tests.clear();
        }
        assert_eq!(found(&runs), None);
    }
}
