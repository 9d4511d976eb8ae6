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
pub mod record;
pub mod report;
pub mod separate;

pub use driver::{Driver, Impossible, With};
pub use exclude::Excludes;
pub use outcome::{Count, Failure, Outcome, Standing, TargetRun, TestId, failures};
pub use separate::Only;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cross::TargetTools;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use build::{Ready, Site, Trouble};
use jobs::{Done, prepare};
use kit::progress::{Bar, Progress};
use outcome::Seconds;

/// What is to be run.
pub struct Plan {
    /// The tools of each target.
    pub by_target: Vec<TargetTools>,
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

/// What came of each target so far: whole at every moment, so that a run that is interrupted leaves a report.
pub struct Board(Mutex<BTreeMap<&'static str, TargetRun>>);

/// What stands for what is not over yet.
const INTERRUPTED: &str = "the run was interrupted before it was over";

impl Board {
    /// The board of a plan of which nothing has begun.
    pub fn of(plan: &Plan) -> Board {
        let blank = |target_tools: &TargetTools| TargetRun {
            target: target_tools.target,
            abi: target_tools.abi.clone(),
            rust: None,
            runner: None,
            tests_by: None,
            standing: Standing::CouldNotRun(INTERRUPTED.to_owned()),
            tests: BTreeMap::new(),
            notes: BTreeSet::new(),
            seconds: Seconds::default(),
        };
        let runs = plan.by_target.iter();
        let runs =
            runs.map(|target_tools| (target_tools.target.name.as_str(), blank(target_tools)));
        Board(Mutex::new(runs.collect()))
    }

    fn note(&self, target: &str, write: impl FnOnce(&mut TargetRun)) {
        // A panic while it was locked was a bug of ours, and is on its way up already.
        if let Ok(mut runs) = self.0.lock()
            && let Some(run) = runs.get_mut(target)
        {
            write(run);
        }
    }

    /// What came of a job.
    fn done(&self, done: Result<(Done, f64), tokio::task::JoinError>) {
        // The same of a task that panicked.
        let Ok((done, seconds)) = done else { return };
        self.note(done.target, |run| {
            run.seconds.run += seconds;
            for whole in &done.of {
                run.tests.remove(whole);
            }
            run.tests.extend(done.tests);
            run.notes.extend(done.notes);
        });
    }

    /// What came of them, sorted.
    pub fn runs(&self) -> Vec<TargetRun> {
        let runs = self.0.lock();
        runs.map(|runs| runs.values().cloned().collect())
            .unwrap_or_default()
    }
}

/// Builds for each target in turn, and runs what is built beside the next build; what comes of it is on the board. Dropping the future ends every process it started.
///
/// # Errors
/// [`CargoRefused`]; what is wrong with one target is in its [`Standing`].
pub async fn run(
    plan: &Plan,
    site: &Site,
    progress: &Progress,
    board: &Board,
) -> Result<(), CargoRefused> {
    let bar = progress.phase("testing", plan.by_target.len());
    let slots = Arc::new(Semaphore::new(plan.jobs.max(1)));
    let mut programs = JoinSet::new();
    for target_tools in &plan.by_target {
        let name = target_tools.target.name.as_str();
        let began = Instant::now();
        let excludes = plan.excludes.on(target_tools.target, &target_tools.abi);
        let standing = match prepare(target_tools, site, &excludes, &bar, board).await {
            Ok(prepared) => {
                let built = &prepared.built;
                board.note(name, |run| {
                    run.tests_by = Some(plan.driver.to_string());
                    run.notes.extend(built.notes.iter().cloned());
                    if matches!(plan.driver, Driver::Nextest(_)) && !prepared.suits_nextest() {
                        run.notes.insert(jobs::NOT_BY_NEXTEST.to_owned());
                    }
                    let whole = built.ready.iter().map(Ready::whole);
                    let lost = || Outcome::CouldNotRun(INTERRUPTED.to_owned());
                    run.tests.extend(whole.map(|test| (test, lost())));
                });
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
                Standing::Ran
            }
            Err(Trouble::Usage(why)) => return Err(CargoRefused(why)),
            Err(Trouble::Compile(error)) => {
                bar.say(format_args!("{name}: could not build: {error}"));
                bar.done();
                Standing::NotBuilt(error)
            }
            Err(Trouble::Other(error)) => {
                bar.say(format_args!("{name}: could not run"));
                bar.done();
                Standing::CouldNotRun(format!("{error:#}"))
            }
        };
        let seconds = began.elapsed().as_secs_f64();
        board.note(name, |run| {
            run.standing = standing;
            run.seconds.build = seconds;
        });
        bar.log(format_args!("{name}: {seconds:.1} s to build"));
        while let Some(done) = programs.try_join_next() {
            board.done(done);
        }
    }
    while let Some(done) = programs.join_next().await {
        board.done(done);
    }
    Ok(())
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
