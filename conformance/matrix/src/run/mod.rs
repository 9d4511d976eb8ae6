//! Runs cells: builds the participants, proves them, starts one server and one client for each, and has every client drive all its cells.
//!
//! The phases are files: [`build`], [`prove`], `cells` with its `serve`, `drive` and `seen`; what a phase cannot do becomes a reason, never a pass, and never stops the others.

mod ask;
pub mod build;
mod cells;
mod child;
mod contract;
mod drive;
mod listen;
mod lock;
mod own;
pub mod prove;
mod relay;
pub mod sample;
mod seat;
mod seen;
mod serve;
mod start;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use cross::process;
use layout::Abis;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::cell::Cell;
use crate::encoding::Encoding;
use crate::participant::{Participant, ParticipantId};
use crate::vectors::Vector;
use crate::verdict::Observation;
use build::{Built, Workshop};
use kit::machine::cores;
use kit::progress::Progress;
use kit::tools::Tools;
use prove::{Proof, Unproved};

/// What is to be run.
pub struct Plan {
    /// Everybody who plays a part in a cell.
    pub participants: Vec<Arc<Participant>>,
    /// The cells, in the order of the report.
    pub cells: Vec<Cell>,
    /// The encodings of these cells.
    pub encodings: Vec<Encoding>,
    /// The vectors of each cell.
    pub vectors: Vec<Vector>,
    /// How many clients drive at once.
    pub jobs: usize,
    /// How many cells are measured with two processes each, for comparison.
    pub sample: usize,
}

/// What became of a participant.
#[derive(Clone, Debug)]
pub enum Standing {
    /// It was not looked at yet.
    Unknown,
    /// It was built, and not asked about itself yet.
    Built(Built),
    /// It takes part.
    Ready {
        /// How to start it, and what made it.
        built: Built,
        /// What it said about itself.
        proof: Proof,
    },
    /// It could not be built.
    NotBuilt(String),
    /// Its facts are not the model's.
    Differs {
        /// How to start it, and what made it.
        built: Built,
        /// What it measured.
        facts: BTreeMap<String, String>,
        /// The differences, told.
        why: String,
    },
    /// It did not do what PARTICIPANTS.md asks.
    BreaksContract(String),
}

impl Standing {
    /// Why it does not take part, if it does not.
    pub fn trouble(&self) -> Option<&str> {
        match self {
            Standing::Ready { .. } => None,
            Standing::Unknown => Some("the run ended before it was built"),
            Standing::Built(_) => Some("the run ended before it was asked about itself"),
            Standing::NotBuilt(why)
            | Standing::Differs { why, .. }
            | Standing::BreaksContract(why) => Some(why),
        }
    }
}

/// What is known so far. It is complete at every moment: what did not come to pass is told as such.
#[derive(Clone)]
pub struct Results {
    /// Of each participant.
    pub standings: BTreeMap<ParticipantId, Standing>,
    /// Of each cell, in the order of the plan.
    pub observations: Vec<Observation>,
    /// How long the phases took.
    pub seconds: Seconds,
    /// How many processes the phases started.
    pub processes: Processes,
    /// The comparison with two processes a cell.
    pub sample: Option<sample::Sampled>,
    /// What each participant cost.
    pub costs: BTreeMap<ParticipantId, Cost>,
}

/// What a participant cost, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Building it; `None` where it was there already.
    pub building: Option<f64>,
    /// From its start as a client to its last answer, with others beside it.
    pub driving: f64,
    /// How many cells it drove.
    pub cells: usize,
}

/// How long the phases took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seconds {
    /// Building, or finding everything built.
    pub build: f64,
    /// Asking every participant about itself.
    pub prove: f64,
    /// Running the cells, from the first server's start to the last one's end.
    pub run: f64,
}

/// How many processes the phases started.
#[derive(Clone, Copy, Debug, Default)]
pub struct Processes {
    /// Compilers, and questions about versions.
    pub build: u64,
    /// Two questions to each participant.
    pub prove: u64,
    /// Servers and clients.
    pub run: u64,
    /// The comparison.
    pub sample: u64,
}

/// What the phases write their findings into; a run that is interrupted leaves them there.
pub type Board = Arc<Mutex<Results>>;

/// An empty board for a plan.
pub fn board(plan: &Plan) -> Board {
    let unknown = Observation::CouldNotRun("the run ended before this cell".to_owned());
    Arc::new(Mutex::new(Results {
        standings: plan
            .participants
            .iter()
            .map(|participant| (participant.id.clone(), Standing::Unknown))
            .collect(),
        observations: vec![unknown; plan.cells.len()],
        seconds: Seconds::default(),
        processes: Processes::default(),
        sample: None,
        costs: BTreeMap::new(),
    }))
}

fn note(board: &Board, write: impl FnOnce(&mut Results)) {
    // A panic while it was locked was a bug of ours, and is on its way up already.
    if let Ok(mut results) = board.lock() {
        write(&mut results);
    }
}

fn standings(board: &Board) -> BTreeMap<ParticipantId, Standing> {
    board
        .lock()
        .map(|results| results.standings.clone())
        .unwrap_or_default()
}

/// Runs a plan. Dropping the future ends every process it started.
pub async fn run(
    plan: &Plan,
    tools: &Tools,
    workshop: &Workshop,
    abis: &Abis,
    progress: &Progress,
    board: &Board,
) {
    let phase = Phase::begin();
    build_all(plan, tools, workshop, progress, board).await;
    note(board, |results| {
        (results.seconds.build, results.processes.build) = phase.end()
    });

    let phase = Phase::begin();
    prove_all(plan, abis, progress, board).await;
    note(board, |results| {
        (results.seconds.prove, results.processes.prove) = phase.end()
    });

    let phase = Phase::begin();
    cells::run_cells(plan, progress, board).await;
    note(board, |results| {
        (results.seconds.run, results.processes.run) = phase.end()
    });

    // A handful of cells is no longer than its sample: comparing the two would say nothing.
    if plan.sample > 0 && plan.cells.len() >= 10 * plan.sample {
        let phase = Phase::begin();
        let sampled = sample::sample(plan, &standings(board), progress).await;
        note(board, |results| {
            results.sample = sampled;
            results.processes.sample = phase.end().1;
        });
    }
}

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

    fn end(&self) -> (f64, u64) {
        (
            self.began.elapsed().as_secs_f64(),
            process::started() - self.started,
        )
    }
}

async fn build_all(
    plan: &Plan,
    tools: &Tools,
    workshop: &Workshop,
    progress: &Progress,
    board: &Board,
) {
    let bar = progress.phase("building", plan.participants.len());
    let build = |participant: Arc<Participant>| {
        let (target_tools, workshop, bar, board) = (
            tools.by_target.get(&participant.target.name).cloned(),
            workshop.clone(),
            bar.clone(),
            Arc::clone(board),
        );
        async move {
            let standing = match target_tools {
                None => Standing::NotBuilt(format!(
                    "nobody looked for the tools of {}",
                    participant.target.name
                )),
                Some(target_tools) => {
                    let slow = if Workshop::is_slow(&target_tools, &participant) {
                        " and, once, its Rust standard library"
                    } else {
                        ""
                    };
                    bar.at(format_args!("{}{slow}", participant.id));
                    let began = Instant::now();
                    let built = workshop.build(&participant, &target_tools).await;
                    if began.elapsed() > WORTH_A_LINE {
                        let seconds = began.elapsed().as_secs();
                        bar.log(format_args!("{}: {seconds} s", participant.id));
                    }
                    match built {
                        Ok(built) => {
                            if built.is_new {
                                note(&board, |results| {
                                    let cost = results.costs.entry(participant.id.clone());
                                    cost.or_default().building =
                                        Some(began.elapsed().as_secs_f64());
                                });
                            }
                            Standing::Built(built)
                        }
                        Err(error) => Standing::NotBuilt(format!("{error:#}")),
                    }
                }
            };
            bar.done();
            (participant.id.clone(), standing)
        }
    };
    // The C program is one compiler on one core at a time; cargo uses every core by itself, and so may a user's own commands.
    let (by_cargo, others): (Vec<_>, Vec<_>) = plan
        .participants
        .iter()
        .cloned()
        .partition(|participant| participant.implementation.uses_every_core());
    let slots = Arc::new(Semaphore::new(cores()));
    let mut builds = JoinSet::new();
    for participant in others {
        let (slots, built) = (Arc::clone(&slots), build(participant));
        builds.spawn(async move {
            let _slot = slots.acquire_owned().await;
            built.await
        });
    }
    while let Some(Ok((id, standing))) = builds.join_next().await {
        note(board, |results| {
            drop(results.standings.insert(id, standing))
        });
    }
    for participant in by_cargo {
        let (id, standing) = build(participant).await;
        note(board, |results| {
            drop(results.standings.insert(id, standing))
        });
    }
}

async fn prove_all(plan: &Plan, abis: &Abis, progress: &Progress, board: &Board) {
    let bar = progress.phase("asking each about itself", plan.participants.len());
    let slots = Arc::new(Semaphore::new(plan.jobs.max(1)));
    let mut proofs = JoinSet::new();
    let before = standings(board);
    for participant in &plan.participants {
        let Some(Standing::Built(built)) = before.get(&participant.id).cloned() else {
            bar.done();
            continue;
        };
        let Some(abi) = abis.get(&participant.target.abi).cloned() else {
            continue;
        };
        let (slots, encodings, participant, bar) = (
            Arc::clone(&slots),
            plan.encodings.clone(),
            Arc::clone(participant),
            bar.clone(),
        );
        proofs.spawn(async move {
            let _slot = slots.acquire_owned().await;
            let standing = match prove::prove(&participant, &built, &abi, &encodings).await {
                Ok(proof) => Standing::Ready { built, proof },
                Err(unproved) => {
                    let why = unproved.to_string();
                    match unproved {
                        Unproved::Differs { facts, .. } => Standing::Differs { built, facts, why },
                        Unproved::BreaksContract(_) => Standing::BreaksContract(why),
                    }
                }
            };
            bar.done();
            (participant.id.clone(), standing)
        });
    }
    while let Some(Ok((id, standing))) = proofs.join_next().await {
        note(board, |results| {
            drop(results.standings.insert(id, standing))
        });
    }
}

/// How many clients drive at once unless somebody says otherwise: more than cores, because a client that waits out its patience uses none.
pub fn default_jobs() -> usize {
    4 * cores()
}

/// A build that takes longer gets a line in a log.
const WORTH_A_LINE: Duration = Duration::from_secs(5);
