//! Runs cells: builds the participants, checks what each says about itself, starts one server and one client for each, and has every client drive all its cells.
//!
//! The phases are files: `building` with [`build`], `checking` with [`self_check`], `cells` with its `serve`, `drive`, `observed` and `noting`, which `so_far` tells; what a phase cannot do becomes a reason, never a pass, and does not stop the others. Where something is still to be built, the phases are gone through by one of the `groups` after the other, each beside the building of the next, and at last by all.

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
mod groups;
mod json_lines;
mod listen;
mod network;
mod noting;
mod observed;
mod partial;
mod plan;
mod relay;
mod sample;
pub mod self_check;
mod serve;
mod server_slot;
mod share;
mod so_far;
mod sockets;
mod task;
mod wave;
mod windows;

use std::time::Instant;

use cross::wine::Prefix;
use cross::{Host, process};
use layout::Abis;

use crate::judged;
use crate::verdict::CellVerdict;
use build::{BuildCache, Built};
use building::Building;
use groups::Group;
use kit::machine::cores;
use kit::progress::Progress;
use kit::tools::Tools;
use kit::words::grouped;
use network::{Network, OwnNetwork};
use partial::Statuses;
use so_far::SoFar;
use wave::Wave;

pub(crate) use child::Child;
pub use partial::{Cost, Partial, ParticipantStatus, Processes, Results, Sampled, Seconds};
pub use plan::Plan;
pub use sockets::hand_over;

/// Runs a plan. Dropping the future ends every process it started.
pub async fn run(
    plan: &Plan,
    tools: &Tools,
    build_cache: &BuildCache,
    abis: &Abis,
    progress: &Progress,
    partial: &Partial,
) {
    let mut so_far = SoFar::new(plan, abis, progress);
    let building = Building::new(plan, tools, build_cache, progress, partial);
    let phase = Phase::begin(partial, process::started, NOTE_BUILD);
    building.kept(plan).await;
    drop(phase);

    let groups = groups::groups(plan, abis, &partial.statuses());
    let mut met = Wave::default();
    let mut there: Option<&Group> = None;
    for group in &groups {
        // Who is there already meets while the next are built.
        let early = match there.replace(group) {
            None => Wave::default(),
            Some(there) => {
                check_all(plan, abis, &tools.host, &Progress::quiet(), partial).await;
                Wave::among(plan, &partial.statuses(), there)
            }
        };
        let meeting = Meeting::new(plan, &early, &tools.host, &Progress::quiet(), partial).await;
        let builds = async {
            let count = || process::started() - early.started();
            let _phase = Phase::begin(partial, count, NOTE_BUILD);
            building.group(plan, group).await;
        };
        let meets = async {
            let (quiet, count) = (Progress::quiet(), || early.started());
            let ran = meeting.run(plan, &early, &quiet, partial, &mut so_far, count);
            ran.await;
            if !early.is_empty() {
                building.bar().say(meanwhile(plan, &early, abis, partial));
            }
        };
        tokio::join!(builds, meets);
        met.add(&early);
    }
    drop(building);

    check_all(plan, abis, &tools.host, progress, partial).await;
    let rest = met.others(plan);
    let meeting = Meeting::new(plan, &rest, &tools.host, progress, partial).await;
    meeting
        .run(
            plan,
            &rest,
            progress,
            partial,
            &mut so_far,
            process::started,
        )
        .await;

    drop(so_far);

    // A few cells take no longer than the sample: comparing the two would say nothing.
    if plan.sample > 0 && plan.cells.len() >= 10 * plan.sample {
        let phase = Phase::begin(partial, process::started, |results, (_, processes)| {
            results.processes.sample = processes;
        });
        let sampled = sample::sample(plan, &meeting.statuses, progress).await;
        partial.note(|results| results.sample = sampled);
        drop(phase);
    }
}

/// The phase in which every participant that was built is asked about itself.
async fn check_all(plan: &Plan, abis: &Abis, host: &Host, progress: &Progress, partial: &Partial) {
    let _phase = Phase::begin(
        partial,
        process::started,
        |results, (seconds, processes)| {
            results.seconds.prove += seconds;
            results.processes.prove += processes;
        },
    );
    checking::check_all(plan, abis, host, progress, partial).await;
}

/// Participants, and where they meet.
struct Meeting {
    /// As they are started there.
    statuses: Statuses,
    // Both are there as long as something runs in them, and what is in the other ends first.
    _prefix: Option<Prefix>,
    _network: Network,
}

impl Meeting {
    /// Of all that take part by now, for these cells.
    async fn new(
        plan: &Plan,
        wave: &Wave,
        host: &Host,
        progress: &Progress,
        partial: &Partial,
    ) -> Meeting {
        let mut statuses = partial.statuses();
        let network = enter_own_network(plan, wave, &mut statuses, host, progress).await;
        let prefix = match wave.is_empty() {
            true => None,
            false => enter_prefix(&mut statuses, host, &network).await,
        };
        Meeting {
            statuses,
            _prefix: prefix,
            _network: network,
        }
    }

    /// The run phase of these cells, whose processes are counted by `count`.
    async fn run(
        &self,
        plan: &Plan,
        wave: &Wave,
        progress: &Progress,
        partial: &Partial,
        so_far: &mut SoFar<'_>,
        count: impl Fn() -> u64,
    ) {
        let _phase = Phase::begin(partial, count, |results, (seconds, processes)| {
            results.seconds.run += seconds;
            results.processes.run += processes;
        });
        cells::run_cells(plan, wave, &self.statuses, progress, partial, so_far).await;
    }
}

/// What is known of a wave, in a line.
fn meanwhile(plan: &Plan, wave: &Wave, abis: &Abis, partial: &Partial) -> String {
    let observations = partial.results().map(|results| results.observations);
    let observations = observations.unwrap_or_default();
    let seen = wave.cells(plan);
    let seen = seen.filter_map(|(number, cell)| Some((cell.clone(), observations.get(number)?)));
    let (cells, observations): (Vec<_>, Vec<_>) = seen.unzip();
    let judged = judged::judge(abis, &cells, observations.into_iter().cloned());
    let count = |wanted| {
        let verdicts = judged.iter().filter_map(|judged| judged.verdict);
        grouped(verdicts.filter(|verdict| *verdict == wanted).count())
    };
    format!(
        "meanwhile, among those that are there: {} cells as claimed, {} not, {} could not run",
        count(CellVerdict::Held),
        count(CellVerdict::Broken),
        count(CellVerdict::CouldNotRun)
    )
}

/// What a run may leave in this machine's network without a word.
const UNNOTICED: usize = 1000;

/// Of an exchange between black boxes: one from the client to the relay, one from there to the server.
const CONNECTIONS_OF_AN_EXCHANGE: usize = 2;

/// Has all participants meet in a network of the run's own, where all of them can be started in one and this user may make one.
async fn enter_own_network(
    plan: &Plan,
    wave: &Wave,
    statuses: &mut Statuses,
    host: &Host,
    progress: &Progress,
) -> Network {
    let ready = statuses.values().filter_map(|status| match status {
        ParticipantStatus::Ready { built, .. } => Some(built),
        _ => None,
    });
    let ready: Vec<&Built> = ready.collect();
    if wave.is_empty() {
        return Network::this_machines();
    }
    let has_black_boxes = ready.iter().any(|built| built.is_black_box());
    if !ready.iter().all(|built| built.fits_own_network()) {
        let exchanges = wave.cells(plan).count() * plan.protocol.vectors().len();
        let connections = CONNECTIONS_OF_AN_EXCHANGE * exchanges;
        if connections > UNNOTICED && has_black_boxes {
            let bar = progress.moment("in this machine's own network");
            bar.say(format_args!(
                "programs as they are (`listen`, `ask`) meet in it: up to {} connections stay in TIME_WAIT for a minute after they end",
                grouped(connections)
            ));
        }
        return Network::this_machines();
    }
    let network = async {
        let network = OwnNetwork::new(host).await?;
        match has_black_boxes {
            true => network.with_sockets(host).await,
            false => Ok(network),
        }
    };
    let network = match network.await {
        Ok(network) => Network::from(network),
        Err(why) => {
            let bar = progress.moment("in this machine's own network");
            bar.say(format_args!(
                "no network of the run's own ({why}): closed connections stay here in TIME_WAIT for a minute"
            ));
            return Network::this_machines();
        }
    };
    if has_black_boxes {
        let bar = progress.moment("in a network of the run's own");
        bar.say(
            "programs reach each other there and nothing else; `network = \"host\"` in a participant's row has all meet in this machine's",
        );
    }
    for status in statuses.values_mut() {
        if let ParticipantStatus::Ready { built, .. } = status {
            *built = built.clone().in_network(&network);
        }
    }
    network
}

/// Has all of Windows' programs meet in a prefix of their own, whose server is in the network where they meet the others. Without one they take no part.
async fn enter_prefix(statuses: &mut Statuses, host: &Host, network: &Network) -> Option<Prefix> {
    let ready = statuses.values().filter_map(|status| match status {
        ParticipantStatus::Ready { built, .. } => Some(built),
        _ => None,
    });
    let start = |server| network.inside(server);
    let prefix = windows::prefix_for(ready, host, start).await;
    for status in statuses.values_mut() {
        let ParticipantStatus::Ready { built, .. } = status else {
            continue;
        };
        match &prefix {
            Ok(Some(prefix)) => *built = built.clone().in_prefix(prefix),
            Err(why) if built.wine.is_some() => {
                *status = ParticipantStatus::NotAsked(why.to_string());
            }
            _ => {}
        }
    }
    prefix.ok().flatten()
}

/// What a phase takes is noted at its end, or when an interrupt ends it.
struct Phase<'a, C: Fn() -> u64> {
    began: Instant,
    /// How many processes were started for it before.
    started: u64,
    count: C,
    partial: &'a Partial,
    note: fn(&mut Results, (f64, u64)),
}

/// Building goes on in two steps.
const NOTE_BUILD: fn(&mut Results, (f64, u64)) = |results, (seconds, processes)| {
    results.seconds.build += seconds;
    results.processes.build += processes;
};

impl<'a, C: Fn() -> u64> Phase<'a, C> {
    /// `count` says how many processes were started by now.
    fn begin(partial: &'a Partial, count: C, note: fn(&mut Results, (f64, u64))) -> Self {
        Phase {
            began: Instant::now(),
            started: count(),
            count,
            partial,
            note,
        }
    }
}

impl<C: Fn() -> u64> Drop for Phase<'_, C> {
    /// The seconds that it took, and the processes that it started.
    fn drop(&mut self) {
        let took = (
            self.began.elapsed().as_secs_f64(),
            (self.count)() - self.started,
        );
        self.partial.note(|results| (self.note)(results, took));
    }
}

/// How many clients drive at once by default: more than there are cores, because a client that waits uses none.
pub fn default_jobs() -> usize {
    4 * cores()
}
