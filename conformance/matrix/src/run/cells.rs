//! The run phase: one server each, one client each, every client at all its cells.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::ask::ask;
use super::build::{Asking, Built};
use super::drive::{self, Task};
use super::seat::{Seats, hold_all};
use super::seen::{self, Logs, Seen};
use super::serve::{Server, Trouble};
use super::{Board, Plan, Standing, note, standings};
use crate::cell::Cell;
use crate::observation::Observation;
use crate::participant::ParticipantId;
use kit::progress::Progress;

/// The servers that were started, or why they were not.
type Servers = BTreeMap<ParticipantId, Result<Server, String>>;

/// A client's share: its cells by number, and what it is to do for them.
struct Share {
    cells: Vec<usize>,
    tasks: Vec<Task>,
}

pub(super) async fn run_cells(plan: &Plan, progress: &Progress, board: &Board) {
    let standings = standings(board);
    let servers = start_servers(plan, &standings).await;
    let shares = share_out(plan, &standings, &servers, board);

    let seats: Seats = servers.values().flatten().flat_map(Server::seats).collect();

    let exchanges: usize = shares.values().map(|share| share.tasks.len()).sum();
    let bar = progress.phase("exchanging", exchanges);
    let slots = Arc::new(Semaphore::new(plan.jobs.max(1)));
    let mut clients = JoinSet::new();
    for (id, share) in shares {
        let Some(Standing::Ready { built, .. }) = standings.get(&id) else {
            continue;
        };
        let Some(client) = built.client.clone() else {
            continue;
        };
        let (slots, seats, bar) = (Arc::clone(&slots), seats.clone(), bar.clone());
        clients.spawn(async move {
            let _slot = slots.acquire_owned().await;
            let began = Instant::now();
            let answers = match &client {
                Asking::ByContract(client) => {
                    let answers = match hold_all(&share.tasks, &seats).await {
                        Ok(held) => {
                            let answers = drive::drive(client, &share.tasks, || bar.done()).await;
                            held.leave().await;
                            answers
                        }
                        Err(why) => Err(why),
                    };
                    match answers {
                        Ok(answers) => answers.into_iter().map(Ok).collect(),
                        Err(why) => share.tasks.iter().map(|_| Err(why.clone())).collect(),
                    }
                }
                Asking::AsItIs(client) => ask(client, &share.tasks, &seats, || bar.done()).await,
            };
            (id, share, answers, began.elapsed())
        });
    }
    let logs: Logs = servers
        .iter()
        .filter_map(|(id, server)| Some((id.clone(), server.as_ref().ok()?.log())))
        .collect();
    let mut unproved = Vec::new();
    while let Some(Ok((id, share, answers, took))) = clients.join_next().await {
        note(board, |results| {
            let cost = results.costs.entry(id.clone()).or_default();
            (cost.driving, cost.cells) = (took.as_secs_f64(), share.cells.len());
        });
        let seen = seen::by_client(plan, &id, &share.cells, answers);
        let (proved, open): (Vec<_>, Vec<_>) = seen
            .into_iter()
            .map(|seen| seen.with_proof(plan, &logs))
            .partition(Seen::is_proved);
        note_seen(board, proved);
        unproved.extend(open);
    }
    drop(seats);
    let troubled = stop(servers).await;
    // Only now has every server said its last word.
    note_seen(
        board,
        unproved
            .into_iter()
            .map(|seen| seen.with_proof(plan, &logs)),
    );
    for (id, trouble) in troubled {
        note_trouble(plan, board, &id, &trouble);
    }
}

fn note_seen(board: &Board, all: impl IntoIterator<Item = Seen>) {
    note(board, |results| {
        for seen in all {
            if let Some(place) = results.observations.get_mut(seen.cell) {
                *place = seen.observation;
            }
        }
    });
}

/// Whatever it answered before, a server that went wrong proves nothing.
fn note_trouble(plan: &Plan, board: &Board, id: &ParticipantId, trouble: &Trouble) {
    let Trouble { encoding, why } = trouble;
    let concerns = |cell: &Cell| {
        let encoding = encoding.as_deref();
        cell.server.id == *id && encoding.is_none_or(|name| name == cell.encoding.name())
    };
    note(board, |results| {
        for (cell, observation) in plan.cells.iter().zip(&mut results.observations) {
            if concerns(cell) && *observation != Observation::Unsupported {
                *observation = Observation::CouldNotRun(format!("the server {id}: {why}"));
            }
        }
    });
}

/// Ends all servers; those that did not end well, and why.
async fn stop(servers: Servers) -> Vec<(ParticipantId, Trouble)> {
    let mut ends = JoinSet::new();
    for (id, server) in servers {
        if let Ok(server) = server {
            ends.spawn(async move { (id, server.stop().await) });
        }
    }
    let mut troubled = Vec::new();
    while let Some(Ok((id, troubles))) = ends.join_next().await {
        troubled.extend(troubles.into_iter().map(|trouble| (id.clone(), trouble)));
    }
    troubled
}

async fn start_servers(plan: &Plan, standings: &BTreeMap<ParticipantId, Standing>) -> Servers {
    let needed: BTreeSet<_> = plan.cells.iter().map(|cell| &cell.server.id).collect();
    let slots = Arc::new(Semaphore::new(plan.jobs.max(1)));
    let mut starting = JoinSet::new();
    for (id, standing) in standings {
        let Standing::Ready { built, proof } = standing else {
            continue;
        };
        let encodings: Vec<_> = plan
            .encodings
            .iter()
            .filter(|encoding| !proof.declines.contains(encoding.name()))
            .cloned()
            .collect();
        if !needed.contains(id) || encodings.is_empty() {
            continue;
        }
        let Some(server) = built.server.clone() else {
            continue;
        };
        let (id, address, slots) = (id.clone(), built.address, Arc::clone(&slots));
        starting.spawn(async move {
            let _slot = slots.acquire_owned().await;
            let names: Vec<_> = encodings.iter().map(|encoding| encoding.name()).collect();
            (id, Server::start(&server, address, &names).await)
        });
    }
    let mut servers = BTreeMap::new();
    while let Some(Ok((id, server))) = starting.join_next().await {
        servers.insert(id, server);
    }
    servers
}

/// Gives each client its cells; those that cannot run are told on the board at once.
fn share_out(
    plan: &Plan,
    standings: &BTreeMap<ParticipantId, Standing>,
    servers: &Servers,
    board: &Board,
) -> BTreeMap<ParticipantId, Share> {
    let mut shares: BTreeMap<ParticipantId, Share> = BTreeMap::new();
    for (number, cell) in plan.cells.iter().enumerate() {
        match address(cell, standings, servers) {
            Ok(address) => {
                let share = shares
                    .entry(cell.client.id.clone())
                    .or_insert_with(|| Share {
                        cells: Vec::new(),
                        tasks: Vec::new(),
                    });
                share.cells.push(number);
                let vectors = plan.protocol.vectors().iter();
                share.tasks.extend(vectors.map(|vector| Task {
                    encoding: Arc::clone(&cell.encoding),
                    address,
                    vector: vector.clone(),
                }));
            }
            Err(observation) => note(board, |results| {
                if let Some(place) = results.observations.get_mut(number) {
                    *place = observation;
                }
            }),
        }
    }
    shares
}

/// Where the cell's server listens; or what is to be said of the cell instead.
fn address(
    cell: &Cell,
    standings: &BTreeMap<ParticipantId, Standing>,
    servers: &Servers,
) -> Result<SocketAddr, Observation> {
    let name = cell.encoding.name();
    let mut built = Vec::new();
    for participant in [&cell.server, &cell.client] {
        let id = &participant.id;
        let standing = standings.get(id).unwrap_or(&Standing::Unknown);
        let Standing::Ready { proof, built: its } = standing else {
            let why = standing.trouble().unwrap_or_default();
            return Err(Observation::CouldNotRun(format!("{id}: {why}")));
        };
        let declines = proof.declines.contains(name);
        if declines == participant.implementation.implements(name) {
            let (says, row) = if declines {
                ("declines", "declares")
            } else {
                ("takes", "does not declare")
            };
            return Err(Observation::CouldNotRun(format!(
                "{id} {says} `{name}`, which its row in participants.toml {row}"
            )));
        }
        if declines {
            return Err(Observation::Unsupported);
        }
        built.push(its);
    }
    if let [server, client] = built.as_slice()
        && !server.is_reached_by(client)
    {
        return Err(Observation::CouldNotRun(unreached(cell, server, client)));
    }
    let id = &cell.server.id;
    match servers.get(id) {
        Some(Ok(server)) => server
            .addresses
            .get(name)
            .copied()
            .ok_or_else(|| Observation::CouldNotRun(format!("{id} does not listen for {name}"))),
        Some(Err(why)) => Err(Observation::CouldNotRun(format!("the server {id}: {why}"))),
        None => Err(Observation::CouldNotRun(format!(
            "the server {id} was not started"
        ))),
    }
}

/// Two machines, and nobody said by which address the server's is reached from the client's.
fn unreached(cell: &Cell, server: &Built, client: &Built) -> String {
    let place = |built: &Built| match &built.machine {
        Some(machine) => format!("the machine of `{machine}`"),
        None => "this machine".to_owned(),
    };
    let (id, target) = (&cell.server.id, &cell.server.target.name);
    format!(
        "{id} serves on {}, {} asks on {}: say where the first is reached, `address = \"192.168.7.2\"` in [target.{target}] of crossum.toml or ${}",
        place(server),
        cell.client.id,
        place(client),
        cell.server.target.variable("ADDRESS"),
    )
}
