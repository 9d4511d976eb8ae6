//! `crossum test`: a cargo project's own tests, on every target.
//!
//! [`build`] has cargo build them for one target at a time and learns how it would run them ([`record`], [`messages`]); [`nextest`] or, where it is not installed, [`program`] runs what is built, beside the next build, the latter reading what it prints ([`libtest`]); [`separate`] says what the targets have in common on which a test fails. Nothing in here needs the sources of crossum.

pub mod args;
pub mod build;
mod doctests;
mod driver;
mod exclude;
mod jobs;
pub mod libtest;
pub mod messages;
pub mod nextest;
pub mod outcome;
mod program;
pub mod project;
pub mod property;
pub mod record;
pub mod separate;

pub use driver::{Driver, Impossible, With};
pub use exclude::Excludes;
pub use outcome::{Count, Failure, Outcome, Standing, TargetRun, TestId, failures};
pub use property::Property;
pub use separate::Only;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use cross::Kit;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::progress::{Bar, Progress};
use build::{Site, Trouble};
use jobs::{Done, prepare};
use outcome::Seconds;

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
    /// What runs the programs.
    pub driver: Driver,
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
            tests_by: None,
            standing: Standing::Ran,
            tests: BTreeMap::new(),
            notes: BTreeSet::new(),
            seconds: Seconds::default(),
        };
        match prepare(kit, site, &excludes, &bar, &mut run).await {
            Ok(prepared) => {
                let built = &prepared.built;
                run.tests_by = Some(plan.driver.to_string());
                run.notes.extend(built.notes.iter().cloned());
                let jobs = prepared.jobs(plan, site, &excludes);
                let left = Arc::new(Left::new(jobs.len(), built.ready.len(), name, &bar));
                if jobs.is_empty() {
                    bar.done();
                }
                for job in jobs {
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

/// Counts a target's jobs: when the last is over, so is the target.
struct Left {
    bar: Bar,
    name: String,
    jobs: usize,
    programs: usize,
    over: AtomicUsize,
}

impl Left {
    fn new(jobs: usize, programs: usize, name: &str, bar: &Bar) -> Left {
        Left {
            bar: bar.clone(),
            name: name.to_owned(),
            jobs,
            programs,
            over: AtomicUsize::new(0),
        }
    }

    fn one_is_over(&self) {
        let over = 1 + self.over.fetch_add(1, Ordering::Relaxed);
        if over == self.jobs {
            let (name, programs) = (&self.name, self.programs);
            let plural = if programs == 1 { "" } else { "s" };
            self.bar
                .log(format_args!("{name}: {programs} program{plural} ran"));
            self.bar.done();
        }
    }
}

fn note(runs: &mut BTreeMap<&str, TargetRun>, done: Result<(Done, f64), tokio::task::JoinError>) {
    // A task that panicked was a bug of ours, and is on its way up already.
    let Ok((done, seconds)) = done else {
        return;
    };
    if let Some(run) = runs.get_mut(done.target) {
        run.seconds.run += seconds;
        run.tests.extend(done.tests);
        run.notes.extend(done.notes);
    }
}
