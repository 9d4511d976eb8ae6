//! The tests of a project by name, without running them.

use std::collections::{BTreeMap, BTreeSet};

use kit::progress::Progress;

use super::partial::PartialResults;
use super::plan::Plan;
use super::prepare::{PreparedTarget, prepare_tests};
use crate::build::{BuildError, BuildSite, ProcessKind};
use crate::project::UsageError;
use crate::results::TestId;

/// The tests of each target.
#[derive(Debug, Default)]
pub struct Listing {
    /// By the target's name. A program that does not list tests is one test, with no name of its own.
    pub tests: BTreeMap<String, BTreeSet<TestId>>,
    /// Why there is none of a target.
    pub lost: BTreeMap<String, String>,
}

/// Builds the tests and asks the programs for their names. Documentation is not asked: rustdoc finds its examples when it runs them.
///
/// # Errors
/// Cargo refuses the user's arguments. What is wrong with one target is in the listing.
pub async fn list(
    plan: &Plan,
    site: &BuildSite,
    progress: &Progress,
) -> Result<Listing, UsageError> {
    let bar = progress.phase("listing", plan.tools.len());
    let results = PartialResults::of(&plan.tools);
    let mut listing = Listing::default();
    for tools in &plan.tools {
        let name = tools.target.name.clone();
        match prepare_tests(tools, plan, site, &bar, &results).await {
            Ok(prepared) => {
                let tests = prepared.listed(plan, site).await;
                listing.tests.insert(name, tests);
            }
            Err(BuildError::Usage(why)) => return Err(UsageError(why)),
            Err(BuildError::Compile(error)) => {
                listing.lost.insert(name, error.rendered);
            }
            Err(BuildError::Other(error)) => {
                listing.lost.insert(name, format!("{error:#}"));
            }
        }
        bar.done();
    }
    Ok(listing)
}

impl PreparedTarget<'_> {
    /// The tests of all programs.
    async fn listed(&self, plan: &Plan, site: &BuildSite) -> BTreeSet<TestId> {
        let mut tests = BTreeSet::new();
        for program in &self.built.programs {
            if program.record.what == ProcessKind::Rustdoc {
                continue;
            }
            match self.runnable(program, plan, site).listed().await {
                Some(names) => tests.extend(names.into_iter().map(|name| program.test(name))),
                None => drop(tests.insert(program.whole())),
            }
        }
        tests
    }
}
