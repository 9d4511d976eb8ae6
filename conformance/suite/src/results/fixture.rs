//! Made-up results, for tests.

use std::collections::{BTreeMap, BTreeSet};

use layout::Abis;

use super::{Seconds, TargetRun, TargetStatus, TestId, TestOutcome};

/// What came of these tests on a target, by its first word or its full name. All but this machine's own are emulated.
pub(crate) fn run(target: &str, tests: Vec<(TestId, TestOutcome)>) -> TargetRun {
    let is_meant = |name: &str| name == target || name.split('-').next() == Some(target);
    let mut targets = cross::targets();
    let target = targets.find(|one| is_meant(&one.name)).unwrap();
    TargetRun {
        target,
        abi: Abis::builtin().get(&target.abi).unwrap().clone(),
        is_emulated: !target.is_native(),
        rust: Some("1.95.0".to_owned()),
        runner: Some("native".to_owned()),
        tests_by: Some("cargo-nextest 0.9.143".to_owned()),
        status: TargetStatus::Ran,
        unbuilt: BTreeMap::new(),
        tests: tests.into_iter().collect(),
        emulator_faults: Vec::new(),
        met: BTreeMap::new(),
        second_opinions: BTreeMap::new(),
        miri: BTreeMap::new(),
        notes: BTreeSet::new(),
        seconds: Seconds {
            build: 1.25,
            run: 0.5,
        },
    }
}
