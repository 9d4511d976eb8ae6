//! What is done for a target before its tests can run: find the tools, build the standard library where it is missing, and build the tests.

use std::ffi::OsString;

use cross::compiler::Linker;
use cross::find::Missing;
use cross::runner::Runner;
use cross::rust_std::{Place, RustStd};
use cross::{TargetTools, build_std, wine};
use kit::progress::Bar;

use super::doctests;
use super::driver::Driver;
use super::partial::{INTERRUPTED, PartialResults};
use super::plan::Plan;
use super::surroundings::Surroundings;
use crate::build::{BuildError, BuildSite, BuiltTests, ProcessKind, TestProgram};
use crate::project::Excludes;
use crate::results::{TestOutcome, emulator_name};

/// The note where nextest cannot run the tests of this target, though it runs those of others.
const NOT_BY_NEXTEST: &str = "run as cargo does: nextest starts no program with this runner";

/// Everything that is needed to run a target's tests.
pub(super) struct PreparedTarget<'a> {
    pub(super) tools: &'a TargetTools,
    pub(super) runner: &'a Runner,
    /// Other emulators of this machine, of other versions, each with its name.
    pub(super) others: Vec<(String, Runner)>,
    pub(super) linker: &'a Linker,
    pub(super) std: RustStd,
    pub(super) built: BuiltTests,
    pub(super) surroundings: Surroundings,
    /// The variables that the runner needs.
    pub(super) runner_variables: Vec<(&'static str, OsString)>,
}

/// Finds the tools, builds the standard library where it is missing, and builds the tests.
pub(super) async fn prepare<'a>(
    tools: &'a TargetTools,
    site: &BuildSite,
    excludes: &Excludes,
    bar: &Bar,
    results: &PartialResults,
) -> Result<PreparedTarget<'a>, BuildError> {
    let name = &tools.target.name;
    let with_remedy =
        |missing: &Missing| anyhow::anyhow!(site.toolchains.remedy(missing, tools.target));
    let std = tools.rust.as_ref().map_err(with_remedy)?.value.clone();
    let gcc = &tools.gcc.as_ref().map_err(with_remedy)?.value;
    let linker = gcc.linker();
    let runner = &tools.runner.as_ref().map_err(with_remedy)?.value;
    let described = runner.describe().await;
    let others = others(tools, site, runner, &described).await;
    results.note(name, |run| {
        run.rust = Some(std.toolchain.release.clone());
        run.runner = Some(described);
    });
    let once = match std.place {
        Place::ToBeBuilt { .. } => " and, once, its Rust standard library",
        _ => "",
    };
    bar.at(format_args!("{name}{once}"));
    let std = build_std::build(std, tools.target).await?;
    let runner_variables = match tools.target.is_windows() {
        true => wine::variables(&site.host, tools.target, gcc).await?,
        false => Vec::new(),
    };
    let mut built = site.build(tools, &std, linker, excludes).await?;
    if runner.machine().is_some() {
        let is_program = |program: &TestProgram| program.record.what == ProcessKind::Program;
        let all = built.programs.len();
        built.programs.retain(is_program);
        if built.programs.len() < all {
            built.notes.insert(doctests::NOT_ELSEWHERE.to_owned());
        }
    }
    let surroundings = Surroundings::make(tools, site, runner, &built).await?;
    let note = surroundings.note.map(str::to_owned);
    built.notes.extend(note);
    Ok(PreparedTarget {
        tools,
        runner,
        others,
        linker,
        std,
        built,
        surroundings,
        runner_variables,
    })
}

/// The other emulators of a target, but for those of the same version.
async fn others(
    tools: &TargetTools,
    site: &BuildSite,
    used: &Runner,
    described: &str,
) -> Vec<(String, Runner)> {
    let mut names = vec![emulator_name(described)];
    let mut others = Vec::new();
    for other in cross::runner::other_emulators(&site.host, tools.target, used) {
        let name = emulator_name(&other.describe().await);
        if !names.contains(&name) {
            names.push(name.clone());
            others.push((name, other));
        }
    }
    others
}

/// The same for the tests that the project does not exclude on the target.
pub(super) async fn prepare_tests<'a>(
    tools: &'a TargetTools,
    plan: &Plan,
    site: &BuildSite,
    bar: &Bar,
    results: &PartialResults,
) -> Result<PreparedTarget<'a>, BuildError> {
    let excludes = plan.excludes_on(tools);
    prepare(tools, site, &excludes, bar, results).await
}

impl PreparedTarget<'_> {
    /// Whether nextest can start the target's programs: the runner must be a command of this machine that needs no variables.
    pub(super) fn suits_nextest(&self) -> bool {
        self.runner.machine().is_none() && self.runner_variables.is_empty()
    }

    /// Writes into the results what is known before any test has run. Each program could not run until its outcomes are known.
    pub(super) fn announce(&self, driver: &Driver, results: &PartialResults) {
        results.note(&self.tools.target.name, |run| {
            run.tests_by = Some(driver.to_string());
            run.notes.extend(self.built.notes.iter().cloned());
            run.unbuilt = self.built.unbuilt.clone();
            if matches!(driver, Driver::Nextest(_)) && !self.suits_nextest() {
                run.notes.insert(NOT_BY_NEXTEST.to_owned());
            }
            let wholes = self.built.programs.iter().map(TestProgram::whole);
            let lost = || TestOutcome::CouldNotRun(INTERRUPTED.to_owned());
            run.tests.extend(wholes.map(|test| (test, lost())));
        });
    }
}
