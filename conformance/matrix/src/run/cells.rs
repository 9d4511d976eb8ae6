//! The run phase: one server each, one client each, every client at all its cells.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc::unbounded_channel;

use super::ask::ask;
use super::build::{Asking, Built};
use super::drive::drive;
use super::noting::{Clients, Driven, Noting};
use super::observed::Logs;
use super::partial::{Partial, ParticipantStatus, Statuses};
use super::plan::Plan;
use super::serve::{Server, ServerTrouble};
use super::server_slot::{ServerSlots, hold_all};
use super::share::{Share, Telling};
use super::so_far::SoFar;
use super::wave::Wave;
use crate::cell::Cell;
use crate::observation::Observation;
use crate::participant::ParticipantId;
use crate::protocol::Protocol;
use kit::pool::{Pool, run_all};
use kit::progress::{Bar, Progress};

/// The servers that were started, or why they were not.
type Servers = BTreeMap<ParticipantId, Result<Server, String>>;

/// Runs the cells of a wave.
pub(super) async fn run_cells(
    plan: &Plan,
    wave: &Wave,
    statuses: &Statuses,
    progress: &Progress,
    partial: &Partial,
    so_far: &mut SoFar<'_>,
) {
    let servers = start_servers(plan, wave, statuses).await;
    let shares = share_out(plan, wave, statuses, &servers, partial);

    let slots = servers.values().flatten().flat_map(Server::slots);
    let slots: ServerSlots = slots.collect();

    let cells: usize = shares.values().map(|share| share.cells().len()).sum();
    let bar = progress.phase("exchanging", cells * plan.protocol.vector_count());
    let mut clients = Clients::new(plan.jobs);
    let (to, told) = unbounded_channel();
    for (id, share) in shares {
        let Some(ParticipantStatus::Ready { built, .. }) = statuses.get(&id) else {
            continue;
        };
        let Some(client) = built.client.clone() else {
            continue;
        };
        let share = Arc::new(share);
        wave.counts_process();
        let protocol = Arc::clone(&plan.protocol);
        let telling = Telling::new(
            id.clone(),
            Arc::clone(&share),
            protocol.vector_count(),
            to.clone(),
        );
        let work = Work {
            share: Arc::clone(&share),
            protocol,
            telling,
            bar: bar.clone(),
        };
        clients.spawn((id, share), work.by(client, slots.clone()));
    }
    drop(to);
    let logs: Logs = servers
        .iter()
        .filter_map(|(id, server)| Some((id.clone(), server.as_ref().ok()?.log())))
        .collect();
    let mut noting = Noting::new(plan, &logs, partial, so_far);
    noting.all(clients, told).await;
    drop(slots);
    let troubled = stop(servers).await;
    // A server may report a request that was cut short until it ends. Now all have ended.
    noting.last();
    for (id, trouble) in troubled {
        note_trouble(plan, wave, partial, &id, &trouble);
    }
}

/// What one client is to do.
struct Work {
    share: Arc<Share>,
    protocol: Arc<dyn Protocol>,
    telling: Telling,
    bar: Bar,
}

impl Work {
    /// Has the client do it.
    async fn by(mut self, client: Asking, slots: ServerSlots) -> Driven {
        let began = Instant::now();
        let tasks = self.share.tasks(self.protocol.vectors());
        let mut hear = |task, answer| {
            self.telling.hear(task, answer);
            self.bar.done();
        };
        let done = match &client {
            Asking::ByContract(client, lines) => match hold_all(&tasks, &slots).await {
                Ok(held) => {
                    let heard = |task, answered| hear(task, Ok(answered));
                    let done = drive(client, *lines, &tasks, heard).await;
                    held.leave().await;
                    done
                }
                Err(why) => Err(why),
            },
            Asking::BlackBox(client) => {
                ask(client, &tasks, &slots, hear).await;
                Ok(())
            }
        };
        (done, began.elapsed())
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
                let share = shares.entry(cell.client.id.clone()).or_default();
                share.add(number, &cell.encoding, address);
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
