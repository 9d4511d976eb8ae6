//! `crossum matrix`: build, run, judge, report.

use std::collections::BTreeSet;

use cross::{Abis, Host};

use super::chosen::Chosen;
use super::{print, width};
use crate::claims::{self, Claimed};
use crate::cli;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::judged::{Judged, Model};
use crate::progress::Progress;
use crate::report::{Document, Matrix, Tally, terminal};
use crate::run::build::Workshop;
use crate::run::tools::Tools;
use crate::run::{self, Board, Plan, Results, Standing};
use crate::workspace::workspace;

/// Runs the matrix.
pub(super) async fn run(options: cli::Matrix, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let chosen = Chosen::from(options.selection)?;
    let host = Host::this();
    let workshop = Workshop::new(&host, workspace(&host)?);
    let plan = Plan {
        participants: chosen.roles.all.clone(),
        cells: chosen.cells,
        encodings: chosen.encodings,
        vectors: chosen.vectors,
        jobs: options.jobs,
        sample: options.sample,
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
            super::setup::run(&names, options.yes).await?;
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

    let judged = judge(&chosen.abis, &plan, &results);
    let mut claims = claims::of_cells(&judged);
    claims.extend(claim_of_facts(&results));
    let matrix = Matrix {
        abis: &chosen.abis,
        abis_file: chosen.abis_file.as_deref(),
        roles: &chosen.roles,
        encodings: &plan.encodings,
        choice: &chosen.choice,
        vectors: &plan.vectors,
        judged: &judged,
        claims: &claims,
        results: Some(&results),
        interrupted,
    };
    if let Some(report) = chosen.report {
        report.write_json(&Document::of(&matrix))?;
    }
    let mut text = String::new();
    terminal::write(&matrix, width(), &mut text)?;
    print(&text)?;
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

pub(super) fn claim_of_facts(results: &Results) -> Option<Claimed> {
    let count = |wanted: fn(&Standing) -> bool| {
        results
            .standings
            .values()
            .filter(|standing| wanted(standing))
            .count()
    };
    let differing = count(|standing| matches!(standing, Standing::Differs { .. }));
    let ready = count(|standing| matches!(standing, Standing::Ready { .. }));
    claims::of_facts(ready + differing, differing)
}

fn exit(matrix: &Matrix<'_>) -> Exit {
    let tally = Tally::of(matrix);
    if tally.broken > 0 || matrix.claims.iter().any(|claim| !claim.held) {
        Exit::Failed
    } else if tally.could_not_run > 0 || tally.ran() == 0 || matrix.interrupted {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}
