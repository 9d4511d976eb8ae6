//! Runs cells: builds the participants, checks what each says about itself, starts one server and one client for each, and has every client drive all its cells.
//!
//! The phases are files: `building` with [`build`], `checking` with [`self_check`], `cells` with its `serve`, `drive` and `observed`; what a phase cannot do becomes a reason, never a pass, and does not stop the others.

mod ask;
pub mod build;
mod building;
mod cells;
mod checking;
mod child;
mod contract;
mod drive;
mod listen;
mod observed;
mod partial;
mod plan;
mod relay;
mod sample;
pub mod self_check;
mod serve;
mod server_slot;
mod task;

use std::time::Instant;

use cross::process;
use layout::Abis;

use build::BuildCache;
use kit::machine::cores;
use kit::progress::Progress;
use kit::tools::Tools;

pub use partial::{Cost, Partial, ParticipantStatus, Processes, Results, Sampled, Seconds};
pub use plan::Plan;

/// Runs a plan. Dropping the future ends every process it started.
pub async fn run(
    plan: &Plan,
    tools: &Tools,
    build_cache: &BuildCache,
    abis: &Abis,
    progress: &Progress,
    partial: &Partial,
) {
    let phase = Phase::begin();
    building::build_all(plan, tools, build_cache, progress, partial).await;
    partial.note(|results| (results.seconds.build, results.processes.build) = phase.end());

    let phase = Phase::begin();
    checking::check_all(plan, abis, progress, partial).await;
    partial.note(|results| (results.seconds.prove, results.processes.prove) = phase.end());

    let phase = Phase::begin();
    cells::run_cells(plan, progress, partial).await;
    partial.note(|results| (results.seconds.run, results.processes.run) = phase.end());

    // A few cells take no longer than the sample: comparing the two would say nothing.
    if plan.sample > 0 && plan.cells.len() >= 10 * plan.sample {
        let phase = Phase::begin();
        let sampled = sample::sample(plan, &partial.statuses(), progress).await;
        partial.note(|results| {
            results.sample = sampled;
            results.processes.sample = phase.end().1;
        });
    }
}

/// What a phase takes.
struct Phase {
    began: Instant,
    started: u64,
}

impl Phase {
    fn begin() -> Self {
        Phase {
            began: Instant::now(),
            started: process::started(),
        }
    }

    /// The seconds that it took, and the processes that it started.
    fn end(&self) -> (f64, u64) {
        (
            self.began.elapsed().as_secs_f64(),
            process::started() - self.started,
        )
    }
}

/// How many clients drive at once by default: more than there are cores, because a client that waits uses none.
pub fn default_jobs() -> usize {
    4 * cores()
}
