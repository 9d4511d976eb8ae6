//! The run: builds for a group of targets after the other, and runs what is built beside the next build.

mod ahead;
mod alone;
mod debug;
mod doctests;
mod driver;
mod job_pool;
mod jobs;
mod listing;
mod namespace;
mod partial;
mod plan;
mod prepare;
mod second_opinion;
mod surroundings;
mod targets;

use std::pin::pin;
use std::time::Instant;

use cross::TargetTools;
use kit::progress::{Bar, Progress};

use crate::build::{BuildError, BuildSite};
use crate::project::UsageError;
use crate::results::TargetStatus;
use alone::{RanTarget, RanTargets};
use job_pool::JobPool;
use prepare::prepare;

pub use debug::{DebugSession, GDB, debug};
pub use driver::{Driver, DriverChoice};
pub use listing::{Listing, list};
pub use partial::PartialResults;
pub use plan::{Action, Plan, in_order};
pub use targets::targets;

/// Builds for one group of targets after the other, and runs what is built beside the next build. The results are in `results` as they come. Dropping the future ends every process that it started.
///
/// # Errors
/// Cargo refuses the user's arguments. What is wrong with one target is in its [`TargetStatus`].
pub async fn run(
    plan: &Plan,
    site: &BuildSite,
    progress: &Progress,
    results: &PartialResults,
) -> Result<(), UsageError> {
    let bar = progress.phase("testing", plan.tools.len());
    let mut jobs = JobPool::new(plan.jobs, &bar, results);
    let mut ran = RanTargets::new();
    let mut compiles_here = true;
    for group in ahead::groups(&plan.tools, cores()) {
        let began = Instant::now();
        // What does not compile here rarely does elsewhere.
        if compiles_here {
            let building = pin!(ahead::build(group, plan, site, &bar));
            jobs.beside(building).await;
        }
        // One cargo does not say how long each target took.
        let each = began.elapsed().as_secs_f64() / group.len() as f64;
        for tools in group {
            let name = tools.target.name.as_str();
            let began = Instant::now();
            let status = match start(tools, plan, site, &bar, results, &mut jobs).await? {
                Ok(_) if plan.action == Action::Build => TargetStatus::Built,
                Ok(target) => {
                    ran.insert(name.to_owned(), target);
                    TargetStatus::Ran
                }
                Err(status) => status,
            };
            let seconds = each + began.elapsed().as_secs_f64();
            let is_refused = matches!(status, TargetStatus::NotBuilt(_));
            compiles_here &= !(is_refused && tools.target.is_native());
            results.note(name, |run| {
                run.status = status;
                run.seconds.build = seconds;
            });
            bar.log(format_args!("{name}: {seconds:.1} s to build"));
        }
    }
    while jobs.next().await.is_some() {}
    drop(jobs);
    alone::look_again(&ran, site, progress, results).await;
    if let Some(miri) = &plan.miri {
        second_opinion::by_miri(miri, plan.limit, site, progress, results).await;
    }
    Ok(())
}

/// How many things this machine does at once.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Builds for a target, and starts its jobs. Jobs that end meanwhile are recorded. Gives what ran, or how far it came without.
async fn start(
    tools: &TargetTools,
    plan: &Plan,
    site: &BuildSite,
    bar: &Bar,
    results: &PartialResults,
    jobs: &mut JobPool<'_>,
) -> Result<Result<RanTarget, TargetStatus>, UsageError> {
    let name = tools.target.name.as_str();
    let excludes = plan.excludes_on(tools);
    let preparing = pin!(prepare(tools, site, &excludes, bar, results));
    let prepared = jobs.beside(preparing).await;
    Ok(match prepared {
        Ok(prepared) if plan.action == Action::Build => {
            results.note(name, |run| run.unbuilt = prepared.built.unbuilt.clone());
            bar.done();
            Ok(prepared.ran(plan, site))
        }
        Ok(prepared) => {
            prepared.announce(&plan.driver, results);
            let programs = prepared.built.programs.len();
            jobs.start(name, programs, prepared.jobs(plan, site, &excludes));
            Ok(prepared.ran(plan, site))
        }
        Err(BuildError::Usage(why)) => return Err(UsageError(why)),
        Err(BuildError::Compile(error)) => {
            bar.say(format_args!("{name}: could not build: {error}"));
            bar.done();
            Err(TargetStatus::NotBuilt(error))
        }
        Err(BuildError::Other(error)) => {
            bar.say(format_args!("{name}: could not run"));
            bar.done();
            Err(TargetStatus::CouldNotRun(format!("{error:#}")))
        }
    })
}
