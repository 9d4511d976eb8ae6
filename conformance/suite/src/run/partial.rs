//! The results so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use cross::TargetTools;
use cross::runner::Runner;

use crate::results::{Seconds, TargetRun, TargetStatus};

/// The results so far of each target. They are a whole report at every moment, so that a run that is interrupted leaves one.
pub struct PartialResults(Mutex<BTreeMap<&'static str, TargetRun>>);

/// The reason of what is not over yet.
pub(super) const INTERRUPTED: &str = "the run was interrupted before it was over";

/// Whether an emulator starts the programs of a target.
pub(super) fn is_emulated(tools: &TargetTools) -> bool {
    let runner = tools.runner.as_ref();
    runner.is_ok_and(|found| matches!(found.value, Runner::Qemu { .. }))
}

impl PartialResults {
    /// The results of a run in which nothing has begun.
    pub fn of(tools: &[TargetTools]) -> PartialResults {
        let blank = |tools: &TargetTools| TargetRun {
            target: tools.target,
            abi: tools.abi.clone(),
            is_emulated: is_emulated(tools),
            rust: None,
            runner: None,
            tests_by: None,
            status: TargetStatus::CouldNotRun(INTERRUPTED.to_owned()),
            unbuilt: BTreeMap::new(),
            tests: BTreeMap::new(),
            emulator_faults: Vec::new(),
            met: BTreeMap::new(),
            second_opinions: BTreeMap::new(),
            miri: BTreeMap::new(),
            notes: BTreeSet::new(),
            seconds: Seconds::default(),
        };
        let runs = tools.iter();
        let runs = runs.map(|tools| (tools.target.name.as_str(), blank(tools)));
        PartialResults(Mutex::new(runs.collect()))
    }

    /// Changes the results of a target.
    pub(super) fn note(&self, target: &str, change: impl FnOnce(&mut TargetRun)) {
        // The lock is poisoned only after a panic while a result was written, which ends this program.
        if let Ok(mut runs) = self.0.lock()
            && let Some(run) = runs.get_mut(target)
        {
            change(run);
        }
    }

    /// The results, sorted by target.
    pub fn runs(&self) -> Vec<TargetRun> {
        let runs = self.0.lock();
        runs.map(|runs| runs.values().cloned().collect())
            .unwrap_or_default()
    }
}
