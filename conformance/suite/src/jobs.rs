//! What is to be done for a target once its tools are found: build, and then a job for what runs by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::pin::Pin;

use cross::compiler::Linker;
use cross::find::{Missing, Remedy};
use cross::process::Invocation;
use cross::runner::Runner;
use cross::rust_std::{Place, RustStd};
use cross::{Host, TargetTools, build_std, wine};

use super::build::{self, Built, Ready, Site, Trouble};
use super::doctests;
use super::driver::Driver;
use super::exclude::Excludes;
use super::nextest::{Batch, Member};
use super::outcome::{Outcome, TestId};
use super::program::Runnable;
use super::record::What;
use super::{Board, Plan};
use kit::progress::Bar;

/// What is said where nextest does not run the tests, though it runs the others'.
pub(super) const NOT_BY_NEXTEST: &str =
    "run as cargo does: nextest starts no program with this runner";

/// What came of a job.
pub(super) struct Done {
    pub(super) target: &'static str,
    /// The programs that it was about.
    pub(super) of: Vec<TestId>,
    pub(super) tests: BTreeMap<TestId, Outcome>,
    pub(super) notes: BTreeSet<String>,
}

type Job = Pin<Box<dyn Future<Output = Done> + Send>>;

/// All that is needed to run a target's tests.
pub(super) struct Prepared<'a> {
    target_tools: &'a TargetTools,
    runner: &'a Runner,
    linker: &'a Linker,
    std: RustStd,
    pub(super) built: Built,
    /// What the runner is to find in its environment.
    around: Vec<(&'static str, OsString)>,
}

/// Finds the tools, builds the standard library if need be, and builds the tests.
pub(super) async fn prepare<'a>(
    target_tools: &'a TargetTools,
    site: &Site,
    excludes: &Excludes,
    bar: &Bar,
    board: &Board,
) -> Result<Prepared<'a>, Trouble> {
    let name = &target_tools.target.name;
    let told = |missing: &Missing| match missing.remedy {
        Remedy::Packages(_) => {
            anyhow::anyhow!("{missing}; `crossum setup --targets {name}` installs it")
        }
        Remedy::Correct | Remedy::Nothing(_) => anyhow::anyhow!("{missing}"),
    };
    let std = target_tools.rust.as_ref().map_err(told)?.value.clone();
    let gcc = &target_tools.gcc.as_ref().map_err(told)?.value;
    let linker = gcc.linker();
    let runner = &target_tools.runner.as_ref().map_err(told)?.value;
    let described = runner.describe().await;
    board.note(name, |run| {
        run.rust = Some(std.toolchain.release.clone());
        run.runner = Some(described);
    });
    let once = match std.place {
        Place::ToBeBuilt { .. } => " and, once, its Rust standard library",
        _ => "",
    };
    bar.at(format_args!("{name}{once}"));
    let std = build_std::build(std, target_tools.target).await?;
    let around = match target_tools.target.is_windows() {
        true => wine::variables(&site.host, gcc).await?,
        false => Vec::new(),
    };
    let mut built = site.build(target_tools, &std, linker, excludes).await?;
    if runner.machine().is_some() {
        let all = built.ready.len();
        built
            .ready
            .retain(|ready| ready.record.what == What::Program);
        if built.ready.len() < all {
            built.notes.insert(doctests::NOT_ELSEWHERE.to_owned());
        }
    }
    Ok(Prepared {
        target_tools,
        runner,
        linker,
        std,
        built,
        around,
    })
}

impl Prepared<'_> {
    /// A job for each program, or one for all of them where nextest runs them; and one for each crate's examples.
    pub(super) fn jobs(&self, plan: &Plan, site: &Site, excludes: &Excludes) -> Vec<Job> {
        let ready = self.built.ready.iter();
        match &plan.driver {
            Driver::Nextest(nextest) if self.suits_nextest() => {
                let (programs, examples): (Vec<_>, Vec<_>) =
                    ready.partition(|ready| ready.record.what == What::Program);
                let batch = (!programs.is_empty()).then(|| {
                    let batch = self.batch(nextest.clone(), &programs, plan, site, excludes);
                    let target = self.target_tools.target.name.as_str();
                    let of = programs.iter().map(|ready| ready.whole()).collect();
                    let job = async move {
                        let (tests, notes) = batch.run().await;
                        Done {
                            target,
                            of,
                            tests,
                            notes,
                        }
                    };
                    Box::pin(job) as Job
                });
                let examples = examples
                    .into_iter()
                    .map(|ready| self.job(ready, excludes, plan, site));
                batch.into_iter().chain(examples).collect()
            }
            Driver::Libtest { .. } | Driver::Nextest(_) => ready
                .map(|ready| self.job(ready, excludes, plan, site))
                .collect(),
        }
    }

    /// Whether nextest can start the target's programs: what it puts before them is a command of this machine, and nothing is in their environment for it.
    pub(super) fn suits_nextest(&self) -> bool {
        self.runner.machine().is_none() && self.around.is_empty()
    }

    /// A program of its own, or rustdoc.
    fn job(&self, ready: &Ready, excludes: &Excludes, plan: &Plan, site: &Site) -> Job {
        let runnable = self.runnable(ready, plan, &site.host);
        let (target, what) = (self.target_tools.target.name.as_str(), ready.record.what);
        let (package, program) = (ready.package.clone(), ready.program.clone());
        let of = vec![ready.whole()];
        let (runner, excludes) = (self.runner.clone(), excludes.clone());
        let here = ready.record.args.first().cloned().unwrap_or_default();
        Box::pin(async move {
            let excluded = |name: &str| excludes.test(&package, name);
            let mut notes = BTreeSet::new();
            let outcomes = match (excludes.package(&package), what) {
                (Some(why), _) => [(String::new(), Outcome::Excluded(why))].into(),
                (None, What::Program) => match runner.bring(here.as_ref()).await {
                    Ok(()) => runnable.run(excludes.concerns(&package), excluded).await,
                    Err(error) => [(String::new(), Outcome::CouldNotRun(error.to_string()))].into(),
                },
                (None, What::Rustdoc) => {
                    let outcomes = runnable.run_examples(excluded).await;
                    let is_excluded = |outcome: &Outcome| matches!(outcome, Outcome::Excluded(_));
                    if outcomes.values().any(is_excluded) {
                        notes.insert("excluded doctests ran all the same, and do not count: rustdoc cannot leave out one of them".to_owned());
                    }
                    outcomes
                }
            };
            let id = |name| TestId {
                package: package.clone(),
                program: program.clone(),
                name,
            };
            let tests = outcomes.into_iter();
            Done {
                target,
                of,
                tests: tests.map(|(name, outcome)| (id(name), outcome)).collect(),
                notes,
            }
        })
    }

    /// All programs for one nextest.
    fn batch(
        &self,
        nextest: super::nextest::Nextest,
        programs: &[&Ready],
        plan: &Plan,
        site: &Site,
        excludes: &Excludes,
    ) -> Batch {
        let target = self.target_tools.target;
        let member = |ready: &&Ready| Member {
            runnable: self.runnable(ready, plan, &site.host),
            ready: (*ready).clone(),
        };
        let native = cross::targets().find(|target| target.is_native());
        let native = native.map_or("unknown", |native| native.name.as_str());
        let library = |sysroot: &std::path::Path, triple: &str| {
            sysroot.join("lib/rustlib").join(triple).join("lib")
        };
        let toolchain = &self.std.toolchain;
        let sysroot = self.std.place.sysroot().unwrap_or(&toolchain.sysroot);
        Batch {
            nextest,
            members: programs.iter().map(member).collect(),
            helpers: self.built.helpers.clone(),
            folder: self.built.folder.clone(),
            target: (target.name.clone(), library(sysroot, &target.name)),
            native: (native.to_owned(), library(&toolchain.sysroot, native)),
            runner: (
                target.cargo_variable("RUNNER"),
                doctests::words(self.runner),
            ),
            metadata: site.metadata(toolchain, target),
            excludes: excludes.clone(),
            limit: plan.limit,
            scratch: site.scratch.path().join(format!("nextest-{}", target.name)),
            host: site.host.clone(),
        }
    }

    /// How a program is run, or rustdoc.
    fn runnable(&self, ready: &Ready, plan: &Plan, host: &Host) -> Runnable {
        let record = &ready.record;
        let command = match record.what {
            What::Program => {
                let mut args = record.args.iter();
                let program = args.next().cloned().unwrap_or_default();
                self.runner.invocation(program.as_ref()).args(args)
            }
            What::Rustdoc => {
                let rustdoc = Invocation::new(build::rustdoc_of(&self.std.toolchain));
                doctests::command(rustdoc, &record.args, self.runner, &self.std, self.linker)
            }
        };
        let around = self.around.iter();
        let command = around.fold(command, |command, (key, value)| command.env(key, value));
        let command = record.dress(command, &self.built.own);
        Runnable {
            command: command.kill_with_parent(host),
            limit: plan.limit,
        }
    }
}
