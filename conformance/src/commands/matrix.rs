//! `crossum matrix`: build, run, judge, report.

use std::collections::BTreeSet;

use cross::{Abis, Host};
use tokio::signal::unix::{SignalKind, signal};

use super::{abis, print, width};
use crate::claims;
use crate::cli;
use crate::exit::Exit;
use crate::judged::Model;
use crate::progress::Progress;
use crate::report::{Document, Matrix, Tally, Unfinished, terminal};
use crate::run::bench::{Bench, workspace};
use crate::run::build::Workshop;
use crate::run::{self, Plan, Results, Standing};
use crate::select::{self, Roles};
use crate::{cell, vectors};

/// Runs the matrix.
pub(super) async fn run(options: cli::Matrix) -> anyhow::Result<Exit> {
    let selection = options.selection;
    // Everything that can be wrong with the command line is found before anything is built.
    let abis = abis(selection.abis.as_deref())?;
    let encodings = select::encodings(&selection.encodings)?;
    let roles = select::roles(
        &selection.targets,
        &selection.participants,
        &selection.server,
        &selection.client,
    )?;
    check_abis(&abis, &roles)?;
    let unfinished = selection
        .json
        .as_deref()
        .map(Unfinished::claim)
        .transpose()
        .map_err(super::unusable)?;
    let host = Host::this();
    let workshop = Workshop::new(&host, workspace(&host)?);
    let targets: BTreeSet<_> = roles
        .all
        .iter()
        .map(|participant| participant.target.name.as_str())
        .collect();

    if options.setup {
        let names: Vec<_> = targets.iter().map(|name| (*name).to_owned()).collect();
        super::setup::run(&names, options.yes).await?;
    }
    let bench = Bench::find(host, &abis, &targets).await?;
    let plan = Plan {
        cells: cell::cells(&roles.servers, &roles.clients, &encodings),
        participants: roles.all,
        encodings,
        vectors: vectors::vectors(selection.vectors, selection.seed),
        jobs: options.jobs,
        sample: options.sample,
    };

    let board = run::board(&plan);
    let progress = Progress::on_stderr();
    let interrupted = tokio::select! {
        () = run::run(&plan, &bench.kits, &workshop, &abis, &progress, &board) => false,
        result = interrupt() => { result?; true }
    };
    if interrupted {
        run::gone().await;
    }
    let results = board
        .lock()
        .map(|results| results.clone())
        .map_err(|_| anyhow::anyhow!("the results were lost"))?;

    let mut model = Model::new(&abis, &plan.vectors);
    let judged: Vec<_> = plan
        .cells
        .iter()
        .cloned()
        .zip(results.observations.iter().cloned())
        .map(|(cell, seen)| model.judge(cell, seen))
        .collect();
    let mut claims = claims::of_cells(&judged);
    claims.extend(claim_of_facts(&results));
    let matrix = Matrix {
        abis: &abis,
        participants: &plan.participants,
        left_out: &roles.left_out,
        encodings: &plan.encodings,
        vectors: &plan.vectors,
        seed: selection.seed,
        judged: &judged,
        claims: &claims,
        results: Some(&results),
        interrupted,
    };
    if let Some(unfinished) = unfinished {
        unfinished.write_json(&Document::of(&matrix))?;
    }
    let mut text = String::new();
    terminal::write(&matrix, width(), &mut text)?;
    print(&text)?;
    Ok(exit(&matrix))
}

/// Every participant's target must have its ABI in the table.
pub(super) fn check_abis(abis: &Abis, roles: &Roles) -> anyhow::Result<()> {
    match roles
        .all
        .iter()
        .find(|participant| abis.get(&participant.target.abi).is_none())
    {
        None => Ok(()),
        Some(participant) => Err(super::unusable(anyhow::anyhow!(
            "the ABI table has no row `{}`, which {} needs",
            participant.target.abi,
            participant.target.name
        ))),
    }
}

fn claim_of_facts(results: &Results) -> Option<claims::Claimed> {
    let standings = || results.standings.values();
    let differing = standings()
        .filter(|standing| matches!(standing, Standing::Differs { .. }))
        .count();
    let ready = standings()
        .filter(
            |standing| matches!(standing, Standing::Ready { proof, .. } if !proof.facts.is_empty()),
        )
        .count();
    claims::of_facts(ready + differing, differing)
}

fn exit(matrix: &Matrix<'_>) -> Exit {
    let tally = Tally::of(matrix);
    if tally.broken > 0 || matrix.claims.iter().any(|claim| !claim.held) {
        Exit::Failed
    } else if tally.could_not_run > 0 || matrix.interrupted {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}

/// Waits for Ctrl-C or SIGTERM.
async fn interrupt() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
