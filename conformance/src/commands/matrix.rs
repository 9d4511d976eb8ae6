//! `crossum matrix`: build, run, judge, report.

use std::collections::BTreeSet;

use layout::Abis;

use super::chosen::Chosen;
use super::plan::costs;
use super::reports::{Reports, exit};
use super::{Unusable, width};
use crate::claims;
use crate::cli;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::judged::{Judged, Model};
use crate::own::why;
use crate::progress::Progress;
use crate::report::{Found, Matrix};
use crate::run::build::Workshop;
use crate::run::tools::Tools;
use crate::run::{self, Board, Plan, Results};
use crate::shards;
use crate::vectors::Choice;
use crate::workspace::workspace;

/// Runs the matrix, or a shard of it.
pub(super) async fn run(options: cli::Matrix, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let reports = Reports::claim(&options.reports)?;
    let mut chosen = Chosen::from(options.selection)?;
    let shard = match options.shard {
        Some(which) => {
            let costs = costs(options.costs.as_deref())?;
            let shards = shards::cut(&chosen.cells, &costs, which.of);
            let shards = shards.map_err(|too_many| Unusable(too_many.to_string()))?;
            shards.into_iter().nth(which.number - 1)
        }
        None => None,
    };
    if let Some(shard) = &shard {
        chosen.keep(shard);
    }
    let host = super::host(options.config.as_deref())?;
    // A user's own programs need no checkout of this one.
    let workspace = match chosen.file {
        Some(_) => workspace(&host).ok(),
        None => Some(workspace(&host)?),
    };
    let workshop = Workshop::new(&host, workspace);
    let plan = Plan {
        participants: chosen.roles.all.clone(),
        cells: chosen.cells.clone(),
        encodings: chosen.encodings.clone(),
        vectors: chosen.vectors.clone(),
        jobs: options.jobs,
        sample: match chosen.choice {
            // Programs that are as they are have a process for each request anyway.
            Choice::Own(_) => 0,
            _ => options.sample,
        },
    };
    let targets: BTreeSet<_> = plan
        .participants
        .iter()
        .map(|participant| participant.target.name.as_str())
        .collect();

    let board = run::board(&plan);
    let work = async {
        if options.setup {
            let names: Vec<_> = targets.iter().map(|name| (*name).to_owned()).collect();
            super::setup::run(host.clone(), &names, options.yes).await?;
        }
        let progress = Progress::on_stderr();
        let looking = progress.moment("looking for tools");
        let tools = Tools::find(host, &chosen.abis, &targets).await?;
        drop(looking);
        run::run(&plan, &tools, &workshop, &chosen.abis, &progress, &board).await;
        anyhow::Ok(())
    };
    let interrupted = tokio::select! {
        worked = work => { worked?; false }
        () = interrupt.arrived() => true,
    };
    if interrupted {
        run::gone().await;
    }
    let results = results(&board)?;

    let mut judged = judge(&chosen.abis, &plan, &results);
    let explained = why::explain_all(&chosen.abis, &mut judged);
    let found = Found::of(&results);
    let mut claims = claims::of_cells(&judged);
    claims.extend(found.claim());
    let matrix = Matrix {
        shard: shard.as_ref(),
        interrupted,
        ..chosen.matrix(&judged, &claims, &explained, Some(&found))
    };
    reports.write(&matrix, width())?;
    Ok(exit(&matrix))
}

/// The cells of a plan, each with what became of it.
pub(super) fn judge(abis: &Abis, plan: &Plan, results: &Results) -> Vec<Judged> {
    let mut model = Model::new(abis, &plan.vectors);
    let cells = plan.cells.iter().cloned();
    let seen = results.observations.iter().cloned();
    cells
        .zip(seen)
        .map(|(cell, seen)| model.judge(cell, seen))
        .collect()
}

pub(super) fn results(board: &Board) -> anyhow::Result<Results> {
    let results = board
        .lock()
        .map_err(|_| anyhow::anyhow!("the results were lost"))?;
    Ok(results.clone())
}
