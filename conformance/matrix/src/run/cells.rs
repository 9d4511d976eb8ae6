//! The run phase: one server each, one client each, every client at all its cells.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ask::ask;
use super::build::{Asking, Built};
use super::drive::drive;
use super::observed::{self, Logs, Observed};
use super::partial::{Partial, ParticipantStatus, Statuses};
use super::plan::Plan;
use super::serve::{Server, ServerTrouble};
use super::server_slot::{ServerSlots, hold_all};
use super::task::{Answered, Task};
use super::wave::Wave;
use crate::cell::Cell;
use crate::observation::Observation;
use crate::participant::ParticipantId;
use kit::pool::{Pool, run_all};
use kit::progress::{Bar, Progress};

/// The servers that were started, or why they were not.
type Servers = BTreeMap<ParticipantId, Result<Server, String>>;

/// A client's share: its cells by number, and what it is to do for them.
struct Share {
    cells: Vec<usize>,
    tasks: Vec<Task>,
}

/// What a client answered to each of its tasks, or why it did not; and how long all of it took.
type Driven = (Vec<Result<Answered, String>>, Duration);

/// The clients at work, each with its share.
type Clients = Pool<(ParticipantId, Arc<Share>), Driven>;

/// Runs the cells of a wave.
pub(super) async fn run_cells(
    plan: &Plan,
    wave: &Wave,
    statuses: &Statuses,
    progress: &Progress,
    partial: &Partial,
) {
    let servers = start_servers(plan, wave, statuses).await;
    let shares = share_out(plan, wave, statuses, &servers, partial);

    let slots = servers.values().flatten().flat_map(Server::slots);
    let slots: ServerSlots = slots.collect();

    let exchanges: usize = shares.values().map(|share| share.tasks.len()).sum();
    let bar = progress.phase("exchanging", exchanges);
    let mut clients = Clients::new(plan.jobs);
    for (id, share) in shares {
        let Some(ParticipantStatus::Ready { built, .. }) = statuses.get(&id) else {
            continue;
        };
        let Some(client) = built.client.clone() else {
            continue;
        };
        let share = Arc::new(share);
        wave.counts_process();
        let work = drive_share(client, Arc::clone(&share), slots.clone(), bar.clone());
        clients.spawn((id, share), work);
    }
    let logs: Logs = servers
        .iter()
        .filter_map(|(id, server)| Some((id.clone(), server.as_ref().ok()?.log())))
        .collect();
    let unproved = note_clients(clients, plan, &logs, partial).await;
    drop(slots);
    let troubled = stop(servers).await;
    // A server may report a request that was cut short until it ends. Now all have ended.
    let last = unproved.into_iter();
    note_observed(
        partial,
        last.map(|observed| observed.with_proof(plan, &logs)),
    );
    for (id, trouble) in troubled {
        note_trouble(plan, wave, partial, &id, &trouble);
    }
}

/// Has a client do its share.
async fn drive_share(client: Asking, share: Arc<Share>, slots: ServerSlots, bar: Bar) -> Driven {
    let began = Instant::now();
    let answers = match &client {
        Asking::ByContract(client, lines) => {
            let answers = match hold_all(&share.tasks, &slots).await {
                Ok(held) => {
                    let answers = drive(client, *lines, &share.tasks, || bar.done()).await;
                    held.leave().await;
                    answers
                }
                Err(why) => Err(why),
            };
            match answers {
                Ok(answers) => answers.into_iter().map(Ok).collect(),
                Err(why) => share.none(&why),
            }
        }
        Asking::BlackBox(client) => ask(client, &share.tasks, &slots, || bar.done()).await,
    };
    (answers, began.elapsed())
}

impl Share {
    /// Why each of its tasks has no answer.
    fn none(&self, why: &str) -> Vec<Result<Answered, String>> {
        self.tasks.iter().map(|_| Err(why.to_owned())).collect()
    }
}

/// Notes what each client observed as soon as it has done its share. What waits for a server's report of a hang is returned.
///
/// A client whose task panicked observed nothing: its cells could not run, and no others.
async fn note_clients(
    mut clients: Clients,
    plan: &Plan,
    logs: &Logs,
    partial: &Partial,
) -> Vec<Observed> {
    let mut unproved = Vec::new();
    while let Some(((id, share), driven)) = clients.next().await {
        let (answers, took) = driven.unwrap_or_else(|why| (share.none(&why), Duration::ZERO));
        partial.note(|results| {
            let cost = results.costs.entry(id.clone()).or_default();
            cost.driving += took.as_secs_f64();
            cost.cells += share.cells.len();
        });
        let all = observed::by_client(plan, &id, &share.cells, answers);
        let (proved, open): (Vec<_>, Vec<_>) = all
            .into_iter()
            .map(|observed| observed.with_proof(plan, logs))
            .partition(Observed::is_proved);
        note_observed(partial, proved);
        unproved.extend(open);
    }
    unproved
}

fn note_observed(partial: &Partial, all: impl IntoIterator<Item = Observed>) {
    for observed in all {
        partial.note_cell(observed.cell, observed.observation);
    }
}

/// No cell of a server that went wrong counts, whatever it answered before.
fn note_trouble(
    plan: &Plan,
    wave: &Wave,
    partial: &Partial,
    id: &ParticipantId,
    trouble: &ServerTrouble,
) {
    let ServerTrouble { encoding, why } = trouble;
    let concerns = |cell: &Cell| {
        let encoding = encoding.as_deref();
        cell.server.id == *id && encoding.is_none_or(|name| name == cell.encoding.name())
    };
    partial.note(|results| {
        for (number, cell) in wave.cells(plan) {
            let Some(observation) = results.observations.get_mut(number) else {
                continue;
            };
            if concerns(cell) && *observation != Observation::Unsupported {
                *observation = Observation::CouldNotRun(format!("the server {id}: {why}"));
            }
        }
    });
}

/// Ends all servers; returns those that did not end well, and why.
async fn stop(servers: Servers) -> Vec<(ParticipantId, ServerTrouble)> {
    let running = servers.into_iter();
    let running: Vec<_> = running
        .filter_map(|(id, server)| Some((id, server.ok()?)))
        .collect();
    // All at once: each may take its time to drain.
    let mut ends = Pool::new(running.len());
    for (id, server) in running {
        ends.spawn(id, server.stop());
    }
    let mut troubled = Vec::new();
    while let Some((id, ended)) = ends.next().await {
        let troubles = ended.unwrap_or_else(|why| vec![why.into()]);
        troubled.extend(troubles.into_iter().map(|trouble| (id.clone(), trouble)));
    }
    troubled
}

async fn start_servers(plan: &Plan, wave: &Wave, statuses: &Statuses) -> Servers {
    let needed: BTreeSet<_> = wave.cells(plan).map(|(_, cell)| &cell.server.id).collect();
    let (mut ids, mut starting) = (Vec::new(), Vec::new());
    for (id, status) in statuses {
        let ParticipantStatus::Ready { built, report } = status else {
            continue;
        };
        let encodings: Vec<_> = plan
            .encodings
            .iter()
            .filter(|encoding| !report.declines.contains(encoding.name()))
            .cloned()
            .collect();
        if !needed.contains(id) || encodings.is_empty() {
            continue;
        }
        let Some(server) = built.server.clone() else {
            continue;
        };
        let address = built.address;
        ids.push(id.clone());
        wave.counts_process();
        starting.push(async move {
            let names: Vec<_> = encodings.iter().map(|encoding| encoding.name()).collect();
            Server::start(&server, address, &names).await
        });
    }
    let started = run_all(plan.jobs, starting).await;
    let started = started
        .into_iter()
        .map(|started| started.and_then(|server| server));
    ids.into_iter().zip(started).collect()
}

/// Gives each client its cells; why the others cannot run is noted at once.
fn share_out(
    plan: &Plan,
    wave: &Wave,
    statuses: &Statuses,
    servers: &Servers,
    partial: &Partial,
) -> BTreeMap<ParticipantId, Share> {
    let mut shares: BTreeMap<ParticipantId, Share> = BTreeMap::new();
    for (number, cell) in wave.cells(plan) {
        match address(cell, statuses, servers) {
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
            Err(observation) => partial.note_cell(number, observation),
        }
    }
    shares
}

/// Where the cell's server listens; or why the cell cannot run.
fn address(cell: &Cell, statuses: &Statuses, servers: &Servers) -> Result<SocketAddr, Observation> {
    let name = cell.encoding.name();
    let mut built = Vec::new();
    for participant in [&cell.server, &cell.client] {
        let id = &participant.id;
        let status = statuses.get(id).unwrap_or(&ParticipantStatus::Unknown);
        let ParticipantStatus::Ready { report, built: its } = status else {
            let why = status.trouble().unwrap_or_default();
            return Err(Observation::CouldNotRun(format!("{id}: {why}")));
        };
        let declines = report.declines.contains(name);
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

/// The message about two machines where no setting says by which address the client's reaches the server's.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Outcome;
    use crate::run::contract::{Answer, ClientOutcome};
    use crate::select::{Names, Selection};
    use crate::sums::vectors::{Pair, PairChoice};

    /// A client's answers, all the same.
    fn answers(count: usize) -> Vec<Result<Answered, String>> {
        let answered = |id| Answered {
            answer: Answer {
                id,
                said: ClientOutcome::Sum(3),
                sent: Vec::new(),
                received: Vec::new(),
                from: None,
            },
            when: Instant::now(),
        };
        (0..count).map(|id| Ok(answered(id))).collect()
    }

    #[tokio::test]
    async fn a_client_that_panics_takes_its_own_cells_with_it_and_no_others() {
        let names = Names {
            targets: vec!["i686-unknown-linux-gnu".to_owned()],
            encodings: vec!["text".to_owned()],
            ..Names::default()
        };
        let choice = PairChoice::Given(vec![Pair { a: 1, b: 2 }]);
        let selection = Selection::new(None, names, choice, None);
        let selection = selection.unwrap_or_else(|error| panic!("{error}"));
        let plan = Plan::of(&selection);
        let partial = Partial::new(&plan);
        let bad = plan.participants[0].id.clone();
        let mut clients = Clients::new(plan.jobs);
        for client in &plan.participants {
            let cells = plan.cells.iter().enumerate();
            let its = cells.filter(|(_, cell)| cell.client.id == client.id);
            let share = Arc::new(Share {
                cells: its.clone().map(|(number, _)| number).collect(),
                tasks: its
                    .map(|(_, cell)| Task {
                        encoding: Arc::clone(&cell.encoding),
                        address: "127.0.0.1:1".parse().unwrap(),
                        vector: plan.protocol.vectors()[0].clone(),
                    })
                    .collect(),
            });
            let (is_bad, count) = (client.id == bad, share.tasks.len());
            clients.spawn((client.id.clone(), share), async move {
                assert!(!is_bad, "out of cheese");
                (answers(count), Duration::ZERO)
            });
        }
        note_clients(clients, &plan, &Logs::new(), &partial).await;
        let observations = partial.results().unwrap().observations;
        for (cell, observation) in plan.cells.iter().zip(&observations) {
            match observation {
                Observation::CouldNotRun(why) if cell.client.id == bad => {
                    assert!(why.contains("out of cheese"), "{why}");
                }
                Observation::Ran(exchanges) if cell.client.id != bad => {
                    assert_eq!(exchanges[0].outcome, Outcome::Sum(3));
                }
                other => panic!("{cell}: {other:?}"),
            }
        }
    }
}
