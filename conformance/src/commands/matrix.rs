//! `crossum matrix`: build, run, judge, report.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Context as _;
use cross::{Host, TargetTools, trust};
use layout::Abis;

use super::plan::costs;
use super::reports::{Reports, exit};
use super::selection::{Extras, with_extras};
use super::{Unusable, width};
use crate::cli;
use kit::exit::Exit;
use kit::interrupt::Interrupt;
use kit::progress::Progress;
use kit::setup::Libraries;
use kit::tools::Tools;
use matrix::claims;
use matrix::infer;
use matrix::judged;
use matrix::report::{Found, Matrix};
use matrix::run::build::BuildCache;
use matrix::run::{self, Partial, Plan};
use matrix::shards;
use matrix::workspace::workspace;

/// Runs the matrix, or a shard of it.
pub(super) async fn run(options: cli::Matrix, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let reports = Reports::claim(&options.reports)?;
    let host = super::host(options.config.as_deref())?;
    let file = options.selection.file.as_deref();
    if let Some(file) = file.filter(|file| file.exists()) {
        trust::check(file, &host)?;
    }
    // A plan is the same on every machine, and a user's own file says itself where its programs run.
    let extras = match options.shard.is_none() && file.is_none() {
        true => extras_here(&host),
        false => Extras::default(),
    };
    let mut selection = with_extras(options.selection, extras)?;
    let shard = match options.shard {
        Some(which) => {
            let costs = costs(options.costs.as_deref())?;
            let shards = shards::cut(&selection.cells, &costs, which.of);
            let shards = shards.map_err(|too_many| Unusable(too_many.to_string()))?;
            shards.into_iter().nth(which.number - 1)
        }
        None => None,
    };
    if let Some(shard) = &shard {
        selection.keep(shard);
    }
    super::say_if_nothing_is_kept(&host);
    // A user's own programs need no checkout of this one.
    let workspace = match selection.file {
        Some(_) => workspace(&host).ok(),
        None => Some(workspace(&host)?),
    };
    let build_cache = BuildCache::new(&host, workspace);
    let plan = Plan {
        participants: selection.roles.all.clone(),
        cells: selection.cells.clone(),
        protocol: Arc::clone(&selection.protocol),
        encodings: selection.encodings.clone(),
        jobs: options.jobs,
        // Without a model programs are mostly black boxes, which have a process for each request anyway.
        sample: match selection.protocol.is_modelled() {
            true => options.sample,
            false => 0,
        },
    };
    let targets: BTreeSet<_> = plan
        .participants
        .iter()
        .map(|participant| participant.target.name.as_str())
        .collect();

    let types = selection.message_types(&host).await;
    let partial = Partial::new(&plan);
    let work = async {
        if options.setup {
            let names: Vec<_> = targets.iter().map(|name| (*name).to_owned()).collect();
            let libraries = Libraries::WhenNeeded;
            super::setup::run(host.clone(), &names, None, options.yes, libraries).await?;
        }
        let progress = Progress::on_stderr();
        let looking = progress.moment("looking for tools");
        let tools = Tools::find(host, &selection.abis, &targets).await?;
        drop(looking);
        run::run(
            &plan,
            &tools,
            &build_cache,
            &selection.abis,
            &progress,
            &partial,
        )
        .await;
        anyhow::Ok(())
    };
    let interrupted = tokio::select! {
        worked = work => { worked?; false }
        () = interrupt.arrived() => true,
    };
    if interrupted {
        kit::machine::gone().await;
    }
    let results = partial.results().context("the results were lost")?;

    let protocol = &*selection.protocol;
    let observations = results.observations.iter().cloned();
    let mut judged = judged::judge(&selection.abis, &plan.cells, observations);
    let explained = infer::explain_all(protocol, &selection.abis, &types, &mut judged);
    let found = Found::of(&results);
    let mut claims = claims::of_cells(protocol, &judged);
    claims.extend(found.claim());
    let matrix = Matrix {
        shard: shard.as_ref(),
        interrupted,
        ..Matrix::of(&selection, &judged, &claims, &explained, Some(&found))
    };
    reports.write(&matrix, width())?;
    Ok(exit(&matrix))
}

/// What nobody needs, and programs can be built by and run on here.
fn extras_here(host: &Host) -> Extras {
    let tools = |target| TargetTools::find(host, &[], Abis::builtin(), target);
    let are_here =
        |tools: TargetTools| (tools.gcc.is_ok() || tools.zig.is_ok()) && tools.runner.is_ok();
    let extras = cross::target::extras();
    Extras {
        targets: extras
            .filter(|extra| tools(extra).is_some_and(are_here))
            .collect(),
        beside_others: cross::zig::find(host, cross::zig::PACKAGE).is_ok(),
    }
}
