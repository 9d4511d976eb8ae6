//! Runs cells: builds the participants, checks what each says about itself, starts one server and one client for each, and has every client drive all its cells.
//!
//! The phases are files: `building` with [`build`], `checking` with [`self_check`], `cells` with its `serve`, `drive` and `observed`; what a phase cannot do becomes a reason, never a pass, and does not stop the others.

pub mod alone;
mod ask;
pub mod build;
mod building;
mod cells;
mod checking;
mod child;
mod complaints;
mod contract;
mod drive;
mod json_lines;
mod listen;
mod observed;
mod own_network;
mod partial;
mod plan;
mod relay;
mod sample;
pub mod self_check;
mod serve;
mod server_slot;
mod task;

use std::time::Instant;

use cross::{Host, process};
use layout::Abis;

use build::{BuildCache, Built};
use kit::machine::cores;
use kit::progress::Progress;
use kit::tools::Tools;
use kit::words::grouped;
use own_network::OwnNetwork;

pub(crate) use child::Child;
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
    let phase = Phase::begin(partial, |results, took| {
        (results.seconds.build, results.processes.build) = took;
    });
    building::build_all(plan, tools, build_cache, progress, partial).await;
    drop(phase);

    let phase = Phase::begin(partial, |results, took| {
        (results.seconds.prove, results.processes.prove) = took;
    });
    checking::check_all(plan, abis, progress, partial).await;
    drop(phase);

    // It is there as long as something runs in it.
    let _network = enter_own_network(plan, &tools.host, progress, partial).await;
    let phase = Phase::begin(partial, |results, took| {
        (results.seconds.run, results.processes.run) = took;
    });
    cells::run_cells(plan, progress, partial).await;
    drop(phase);

    // A few cells take no longer than the sample: comparing the two would say nothing.
    if plan.sample > 0 && plan.cells.len() >= 10 * plan.sample {
        let phase = Phase::begin(partial, |results, (_, processes)| {
            results.processes.sample = processes;
        });
        let sampled = sample::sample(plan, &partial.statuses(), progress).await;
        partial.note(|results| results.sample = sampled);
        drop(phase);
    }
}

/// What a run may leave in this machine's network without a word.
const UNNOTICED: usize = 1000;

/// Of an exchange between black boxes: one from the client to the relay, one from there to the server.
const CONNECTIONS_OF_AN_EXCHANGE: usize = 2;

/// Has all participants meet in a network of the run's own, where all of them can be started in one and this user may make one.
async fn enter_own_network(
    plan: &Plan,
    host: &Host,
    progress: &Progress,
    partial: &Partial,
) -> Option<OwnNetwork> {
    let statuses = partial.statuses();
    let ready = statuses.values().filter_map(|status| match status {
        ParticipantStatus::Ready { built, .. } => Some(built),
        _ => None,
    });
    let ready: Vec<&Built> = ready.collect();
    if !ready.iter().all(|built| built.fits_own_network()) {
        let exchanges = plan.cells.len() * plan.protocol.vectors().len();
        let connections = CONNECTIONS_OF_AN_EXCHANGE * exchanges;
        if connections > UNNOTICED && ready.iter().any(|built| built.is_black_box()) {
            let bar = progress.moment("in this machine's own network");
            bar.say(format_args!(
                "programs as they are (`listen`, `ask`) meet in it: up to {} connections stay in TIME_WAIT for a minute after they end",
                grouped(connections)
            ));
        }
        return None;
    }
    let network = match OwnNetwork::new(host).await {
        Ok(network) => network,
        Err(why) => {
            let bar = progress.moment("in this machine's own network");
            bar.say(format_args!(
                "no network of the run's own ({why}): closed connections stay here in TIME_WAIT for a minute"
            ));
            return None;
        }
    };
    partial.note(|results| {
        for status in results.statuses.values_mut() {
            if let ParticipantStatus::Ready { built, .. } = status {
                *built = built.clone().started(|program| network.inside(program));
            }
        }
    });
    Some(network)
}

/// What a phase takes is noted at its end, or when an interrupt ends it.
struct Phase<'a> {
    began: Instant,
    started: u64,
    partial: &'a Partial,
    note: fn(&mut Results, (f64, u64)),
}

impl<'a> Phase<'a> {
    fn begin(partial: &'a Partial, note: fn(&mut Results, (f64, u64))) -> Self {
        Phase {
            began: Instant::now(),
            started: process::started(),
            partial,
            note,
        }
    }
}

impl Drop for Phase<'_> {
    /// The seconds that it took, and the processes that it started.
    fn drop(&mut self) {
        let took = (
            self.began.elapsed().as_secs_f64(),
            process::started() - self.started,
        );
        self.partial.note(|results| (self.note)(results, took));
    }
}

/// How many clients drive at once by default: more than there are cores, because a client that waits uses none.
pub fn default_jobs() -> usize {
    4 * cores()
}
