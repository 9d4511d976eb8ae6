//! `crossum faults`: the failure scenarios, run for real.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cross::find::{Found, Origin};
use cross::process::Invocation;
use cross::runner::Runner;
use cross::{Host, TargetTools};
use layout::Abis;

use super::{print, unusable};
use crate::cli;
use faults::report::{FaultsReport, terminal};
use faults::{self, HostTools, Lab};
use kit::exit::Exit;
use kit::progress::Progress;
use kit::report_file::Unfinished;
use kit::tools;
use matrix::participant::{implementations, participants};
use matrix::run::build::{Asking, BuildCache, Built, Serving};
use matrix::workspace::workspace;

/// Runs the scenarios.
pub(super) async fn run(options: cli::Faults) -> anyhow::Result<Exit> {
    let mut text = String::new();
    if options.list {
        terminal::list(faults::all(), &mut text)?;
        print(&text)?;
        return Ok(Exit::Held);
    }
    let scenarios = faults::named(&options.only)?;
    let report = options.json.as_deref().map(Unfinished::claim);
    let report = report.transpose().map_err(unusable)?;
    let host = Host::this();
    let (server, client) = programs(&options, &host).await?;
    let lab = Arc::new(Lab {
        server,
        client,
        tools: HostTools::find(&host),
    });
    let bar = Progress::on_stderr().phase("running scenarios", scenarios.len());
    let results = faults::run(&scenarios, &lab, options.jobs, &bar).await;
    drop(bar);
    if let Some(report) = report {
        report.write_json(&FaultsReport::of(&results, Runner::Native.describe().await))?;
    }
    terminal::write(&results, &mut text)?;
    print(&text)?;
    Ok(faults::exit(&results))
}

/// The programs that the user names; where none is named, this machine's own `rust` participant.
async fn programs(options: &cli::Faults, host: &Host) -> anyhow::Result<(Invocation, Invocation)> {
    let named = |program: &Path| Invocation::new(program).kill_with_parent(host);
    if let (Some(server), Some(client)) = (&options.sumsrv, &options.sumcli) {
        return Ok((named(server), named(client)));
    }
    let built = build(host).await?;
    let (Some(Serving::ByContract(server)), Some(Asking::ByContract(client, _))) =
        (built.server, built.client)
    else {
        anyhow::bail!("sumsrv and sumcli are started by the contract");
    };
    Ok((
        options.sumsrv.as_deref().map_or(server, named),
        options.sumcli.as_deref().map_or(client, named),
    ))
}

async fn build(host: &Host) -> anyhow::Result<Built> {
    super::say_if_nothing_is_kept(host);
    let native: Vec<_> = cross::targets()
        .filter(|target| target.is_native())
        .collect();
    let (participants, _) = participants(implementations(), &native, Abis::builtin(), true);
    let rust = participants
        .iter()
        .find(|participant| participant.id.implementation == "rust")
        .context(
            "this machine is none of the targets: name the programs with --sumsrv and --sumcli",
        )?;
    let target = rust.target;
    let names = [target.name.as_str()].into();
    let tools = tools::Tools::find(host.clone(), Abis::builtin(), &names).await?;
    let target_tools = tools
        .by_target
        .get(&target.name)
        .context("no tools were looked for")?;
    // The programs run on this machine, in the hosts that are made here, even where another runner is configured.
    let runner = Found {
        value: Runner::Native,
        origin: Origin::Native,
    };
    let target_tools = TargetTools {
        runner: Ok(runner),
        ..target_tools.clone()
    };
    let progress = Progress::on_stderr().moment("building sumsrv and sumcli");
    let built = BuildCache::new(host, Some(workspace(host)?))
        .build(rust, &target_tools)
        .await;
    drop(progress);
    built.with_context(|| format!("{} cannot be built", rust.id))
}
