//! What two processes a cell would cost: a sample of the cells, each with a server and a client of its own.

use std::sync::Arc;
use std::time::Instant;

use super::ask::ask;
use super::build::{Asking, Built};
use super::drive::drive;
use super::partial::{ParticipantStatus, Sampled, Statuses};
use super::plan::Plan;
use super::serve::Server;
use super::task::Task;
use crate::cell::Cell;
use crate::protocol::Vector;
use kit::pool::run_all;
use kit::progress::Progress;

/// Runs a sample of the cells that can run, spread evenly over the plan.
pub(super) async fn sample(
    plan: &Plan,
    statuses: &Statuses,
    progress: &Progress,
) -> Option<Sampled> {
    let ready = |id| match statuses.get(id) {
        Some(ParticipantStatus::Ready { built, .. }) => Some(built.clone()),
        _ => None,
    };
    let runnable: Vec<_> = plan
        .cells
        .iter()
        .filter(|cell| cell.is_declared())
        .filter_map(|cell| {
            Some((
                cell.clone(),
                ready(&cell.server.id)?,
                ready(&cell.client.id)?,
            ))
        })
        .filter(|(_, server, client)| server.is_reached_by(client))
        .collect();
    let step = runnable.len().div_ceil(plan.sample).max(1);
    let sampled: Vec<_> = runnable.into_iter().step_by(step).collect();
    let cells = sampled.len();

    let bar = progress.phase("for comparison, two processes a cell", cells);
    let began = Instant::now();
    let running = sampled.into_iter().map(|(cell, server, client)| {
        let (protocol, bar) = (Arc::clone(&plan.protocol), bar.clone());
        async move {
            let ran = alone(&cell, &server, &client, protocol.vectors()).await;
            bar.done();
            ran
        }
    });
    let results = run_all(plan.jobs, running).await;
    let ran = results
        .iter()
        .filter(|ran| matches!(ran, Ok(Ok(()))))
        .count();
    // A sample that is not complete says nothing.
    (ran == cells && cells > 0).then(|| Sampled {
        cells,
        seconds: began.elapsed().as_secs_f64(),
    })
}

async fn alone(
    cell: &Cell,
    server: &Built,
    client: &Built,
    vectors: &[Vector],
) -> Result<(), String> {
    let encoding = cell.encoding.name();
    let (Some(serving), Some(client)) = (&server.server, &client.client) else {
        return Err("it plays no such part".to_owned());
    };
    let server = Server::start(serving, server.address, &[encoding]).await?;
    let address = *server.addresses.get(encoding).ok_or("it does not listen")?;
    let tasks: Vec<_> = vectors
        .iter()
        .map(|vector| Task {
            encoding: Arc::clone(&cell.encoding),
            address,
            vector: vector.clone(),
        })
        .collect();
    match client {
        Asking::ByContract(client, lines) => drive(client, *lines, &tasks, |_, _| ()).await?,
        Asking::BlackBox(client) => {
            let mut trouble = None;
            let heard = |_, answer: Result<_, _>| trouble = trouble.take().or(answer.err());
            ask(client, &tasks, &server.slots(), heard).await;
            trouble.map_or(Ok(()), Err)?;
        }
    };
    let mut troubles = server.stop().await.into_iter();
    troubles.next().map_or(Ok(()), |trouble| Err(trouble.why))
}
