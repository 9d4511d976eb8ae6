//! `crossum test`: a cargo project's own tests, on every target.
//!
//! [`build`] has cargo build them for one target at a time and learns how it would run them ([`record`], [`messages`]); [`program`] runs what is built, beside the next build, and reads what it prints ([`libtest`]); [`separate`] says what the targets have in common on which a test fails. Nothing in here needs the sources of crossum.

pub mod args;
pub mod build;
mod doctests;
mod exclude;
pub mod libtest;
pub mod messages;
pub mod outcome;
mod program;
pub mod project;
pub mod property;
pub mod record;
pub mod separate;

pub use exclude::{Excludes, On};
pub use outcome::{Count, Failure, Outcome, Standing, TargetRun, TestId, failures};
pub use property::Property;
pub use separate::Only;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cross::compiler::Linker;
use cross::find::{Missing, Remedy};
use cross::process::Invocation;
use cross::runner::Runner;
use cross::rust_std::{Place, RustStd};
use cross::{Host, Kit, build_std, wine};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::progress::{Bar, Progress};
use build::{Built, Ready, Site, Trouble};
use outcome::Seconds;
use program::{Outcomes, Runnable};
use record::What;

/// What is to be run.
pub struct Plan {
    /// The tools of each target.
    pub kits: Vec<Kit>,
    /// What the project excludes.
    pub excludes: Excludes,
    /// How many programs run at once.
    pub jobs: usize,
    /// What a program may take.
    pub limit: Duration,
}

/// Cargo does not take the user's arguments.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct CargoRefused(String);

/// Builds for each target in turn, and runs what is built beside the next build. Dropping the future ends every process it started.
///
/// # Errors
/// [`CargoRefused`]; what is wrong with one target is in its [`Standing`].
pub async fn run(
    plan: &Plan,
    site: &Site,
    progress: &Progress,
) -> Result<Vec<TargetRun>, CargoRefused> {
    let bar = progress.phase("testing", plan.kits.len());
    let slots = Arc::new(Semaphore::new(plan.jobs.max(1)));
    let mut runs = BTreeMap::new();
    let mut programs = JoinSet::new();
    for kit in &plan.kits {
        let name = kit.target.name.as_str();
        let began = Instant::now();
        let excludes = plan.excludes.on(kit.target, &kit.abi);
        let mut run = TargetRun {
            target: kit.target,
            abi: kit.abi.clone(),
            rust: None,
            runner: None,
            standing: Standing::Ran,
            tests: BTreeMap::new(),
            notes: BTreeSet::new(),
            seconds: Seconds::default(),
        };
        match prepare(kit, site, &excludes, &bar, &mut run).await {
            Ok(prepared) => {
                let built = &prepared.built;
                run.notes.extend(built.notes.iter().cloned());
                let left = Arc::new(Left::new(built.ready.len(), name, &bar));
                if built.ready.is_empty() {
                    bar.done();
                }
                for ready in &built.ready {
                    let job = prepared.job(ready, &excludes, &site.host, plan.limit);
                    let (slots, left) = (Arc::clone(&slots), Arc::clone(&left));
                    programs.spawn(async move {
                        let _slot = slots.acquire_owned().await;
                        let began = Instant::now();
                        let done = job.await;
                        left.one_is_over();
                        (done, began.elapsed().as_secs_f64())
                    });
                }
            }
            Err(Trouble::Usage(why)) => return Err(CargoRefused(why)),
            Err(Trouble::Compile(error)) => {
                bar.say(format_args!("{name}: could not build: {error}"));
                bar.done();
                run.standing = Standing::NotBuilt(error);
            }
            Err(Trouble::Other(error)) => {
                bar.say(format_args!("{name}: could not run"));
                bar.done();
                run.standing = Standing::CouldNotRun(format!("{error:#}"));
            }
        }
        run.seconds.build = began.elapsed().as_secs_f64();
        bar.log(format_args!("{name}: {:.1} s to build", run.seconds.build));
        runs.insert(name, run);
        while let Some(done) = programs.try_join_next() {
            note(&mut runs, done);
        }
    }
    while let Some(done) = programs.join_next().await {
        note(&mut runs, done);
    }
    Ok(runs.into_values().collect())
}

/// Counts a target's programs: when the last is over, so is the target.
struct Left {
    bar: Bar,
    name: String,
    programs: usize,
    over: AtomicUsize,
}

impl Left {
    fn new(programs: usize, name: &str, bar: &Bar) -> Left {
        Left {
            bar: bar.clone(),
            name: name.to_owned(),
            programs,
            over: AtomicUsize::new(0),
        }
    }

    fn one_is_over(&self) {
        let over = 1 + self.over.fetch_add(1, Ordering::Relaxed);
        if over == self.programs {
            let plural = if over == 1 { "" } else { "s" };
            self.bar
                .log(format_args!("{}: {over} program{plural} ran", self.name));
            self.bar.done();
        }
    }
}

/// A program's target and tests.
type Done = (&'static str, String, outcome::Program, Outcomes);

fn note(runs: &mut BTreeMap<&str, TargetRun>, done: Result<(Done, f64), tokio::task::JoinError>) {
    // A task that panicked was a bug of ours, and is on its way up already.
    let Ok(((target, package, program, outcomes), seconds)) = done else {
        return;
    };
    if let Some(run) = runs.get_mut(target) {
        run.seconds.run += seconds;
        let id = |name| TestId {
            package: package.clone(),
            program: program.clone(),
            name,
        };
        run.tests.extend(
            outcomes
                .into_iter()
                .map(|(name, outcome)| (id(name), outcome)),
        );
    }
}

/// All that is needed to run a target's tests.
struct Prepared<'a> {
    kit: &'a Kit,
    runner: &'a Runner,
    linker: &'a Linker,
    std: RustStd,
    built: Built,
    /// What the runner is to find in its environment.
    around: Vec<(&'static str, OsString)>,
}

/// Finds the tools, builds the standard library if need be, and builds the tests.
async fn prepare<'a>(
    kit: &'a Kit,
    site: &Site,
    excludes: &Excludes,
    bar: &Bar,
    run: &mut TargetRun,
) -> Result<Prepared<'a>, Trouble> {
    let name = &kit.target.name;
    let told = |missing: &Missing| match missing.remedy {
        Remedy::Packages(_) => {
            anyhow::anyhow!("{missing}; `crossum setup --targets {name}` installs it")
        }
        Remedy::Correct | Remedy::Nothing(_) => anyhow::anyhow!("{missing}"),
    };
    let std = kit.rust.as_ref().map_err(told)?.value.clone();
    let gcc = &kit.gcc.as_ref().map_err(told)?.value;
    let linker = gcc.linker();
    let runner = &kit.runner.as_ref().map_err(told)?.value;
    run.rust = Some(std.toolchain.release.clone());
    run.runner = Some(runner.describe().await);
    let once = match std.place {
        Place::ToBeBuilt { .. } => " and, once, its Rust standard library",
        _ => "",
    };
    bar.at(format_args!("{name}{once}"));
    let std = build_std::build(std, kit.target).await?;
    let around = match kit.target.is_windows() {
        true => wine::variables(&site.host, gcc).await?,
        false => Vec::new(),
    };
    let mut built = site.build(kit, &std, linker, excludes).await?;
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
        kit,
        runner,
        linker,
        std,
        built,
        around,
    })
}

impl Prepared<'_> {
    /// What is to be done to run a program.
    fn job(
        &self,
        ready: &Ready,
        excludes: &Excludes,
        host: &Host,
        limit: Duration,
    ) -> impl Future<Output = Done> + Send + use<> {
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
        let runnable = Runnable {
            command: command.dying_with_this_process(host),
            limit,
        };
        let (target, what) = (self.kit.target.name.as_str(), record.what);
        let (package, program) = (ready.package.clone(), ready.program.clone());
        let (runner, excludes) = (self.runner.clone(), excludes.clone());
        let here = record.args.first().cloned().unwrap_or_default();
        async move {
            let excluded = |name: &str| excludes.test(&package, name);
            let outcomes = match (excludes.package(&package), what) {
                (Some(why), _) => [(String::new(), Outcome::Excluded(why))].into(),
                (None, What::Program) => match runner.bring(here.as_ref()).await {
                    Ok(()) => runnable.run(excludes.concerns(&package), excluded).await,
                    Err(error) => [(String::new(), Outcome::CouldNotRun(error.to_string()))].into(),
                },
                (None, What::Rustdoc) => runnable.run_examples(excluded).await,
            };
            (target, package, program, outcomes)
        }
    }
}
