//! What is to be run.

use std::time::Duration;

use cross::find::{Missing, Remedy};
use cross::{TargetTools, rust_std};
use kit::tools::Tools;

use super::driver::Driver;
use super::partial::is_emulated;
use crate::miri::Miri;
use crate::project::Excludes;
use crate::results::Machine;

/// How far a run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The tests are built and run.
    Run,
    /// The tests are built.
    Build,
}

/// What is to be run.
pub struct Plan {
    /// How far it goes.
    pub action: Action,
    /// The tools of each target, in the order in which the targets are built.
    pub tools: Vec<TargetTools>,
    /// What the project excludes.
    pub excludes: Excludes,
    /// How many programs run at once.
    pub jobs: usize,
    /// The longest time that a program may take; of a test, where nextest runs them.
    pub limit: Duration,
    /// What runs the programs.
    pub driver: Driver,
    /// What is asked about a test that fails.
    pub miri: Option<Miri>,
}

impl Plan {
    /// What the project excludes on a target.
    pub(super) fn excludes_on(&self, tools: &TargetTools) -> Excludes {
        let name = &tools.target.name;
        let machine = Machine::of(name, &tools.abi, is_emulated(tools));
        self.excludes.on(tools.target, &machine)
    }
}

/// The order in which targets are built. This machine is first, so that what does not compile at all is reported at once. Then come those that are ready, then those whose standard library must be built first.
pub fn in_order(tools: Tools) -> Vec<TargetTools> {
    let mut by_target: Vec<_> = tools.by_target.into_values().collect();
    by_target.sort_by_key(|target_tools| {
        let place = target_tools.rust.as_ref().map(|found| &found.value.place);
        let is_to_be_built = matches!(place, Ok(rust_std::Place::ToBeBuilt { .. }));
        let is_missing = |missing: &Missing| !matches!(missing.remedy, Remedy::Nothing(_));
        let rank = match &target_tools.rust {
            Err(missing) if is_missing(missing) => 3,
            _ if target_tools.target.is_native() => 0,
            _ if is_to_be_built => 2,
            _ => 1,
        };
        (rank, target_tools.target.name.clone())
    });
    by_target
}
