//! `crossum test`: a cargo project's own tests, on every target.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use cross::find::Remedy;
use cross::process::ProcessError;
use cross::{Host, Target, TargetTools, rust_std};
use layout::Abis;

use super::{Unusable, print, unusable};
use crate::cli;
use crate::settings::Settings;
use kit::exit::Exit;
use kit::interrupt::Interrupt;
use kit::junit;
use kit::machine::gone;
use kit::progress::Progress;
use kit::property::Property;
use kit::report_file::Unfinished;
use kit::tools::Tools;
use suite::args::Args;
use suite::build::Site;
use suite::nextest::Misconfigured;
use suite::project::Project;
use suite::record::{self, What};
use suite::report::{Document, suites, terminal};
use suite::{self, Board, Count, Driver, Impossible, Plan, Standing, TargetRun};

/// Builds, runs, and tells.
pub(super) async fn run(options: cli::Test, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let targets = targets(&options.targets, &options.abi)?;
    let args = Args::of(&options.cargo).map_err(|error| unusable(error.into()))?;
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let junit = claim(&options.junit).map_err(unusable)?;
    let began = Instant::now();
    let progress = Progress::on_stderr();
    let (site, plan) = tokio::select! {
        ready = plan(&options, &targets, args, &progress) => ready?,
        () = interrupt.arrived() => anyhow::bail!("interrupted"),
    };
    let board = Board::of(&plan);
    let interrupted = tokio::select! {
        ran = suite::run(&plan, &site, &progress, &board) => {
            ran.map_err(|error| unusable(error.into()))?;
            false
        }
        () = interrupt.arrived() => true,
    };
    if interrupted {
        gone().await;
    }
    drop(site);
    let runs = board.runs();

    if let Some(report) = json {
        report.write_json(&Document::of(
            &runs,
            interrupted,
            began.elapsed().as_secs_f64(),
        ))?;
    }
    if let Some(report) = junit {
        report.write(|out| junit::write("crossum test", &suites(&runs), out))?;
    }
    let mut text = String::new();
    terminal::write(&runs, interrupted, &mut text)?;
    print(&text)?;
    Ok(match interrupted {
        true => Exit::CouldNotRun,
        false => exit(&runs),
    })
}

/// Finds the project and the tools.
async fn plan(
    options: &cli::Test,
    targets: &[&'static Target],
    args: Args,
    progress: &Progress,
) -> anyhow::Result<(Site, Plan)> {
    let project = project(&Host::this(), options.manifest_path.as_deref()).await?;
    let settings = Settings::of(options.config.as_deref(), &project.root).map_err(unusable)?;
    let host = settings.host();
    let looking = progress.moment("looking for tools");
    let names = targets.iter().map(|target| target.name.as_str()).collect();
    let tools = Tools::find(host.clone(), Abis::builtin(), &names).await?;
    drop(looking);
    let site = Site::new(host, project, args)?;
    let plan = Plan {
        by_target: in_order(tools),
        excludes: settings.test,
        jobs: options.jobs,
        limit: Duration::from_secs(options.limit),
        driver: driver(options.with, &site).await?,
    };
    Ok((site, plan))
}

/// What runs the tests; what the user can mend is the user's.
async fn driver(with: cli::With, site: &Site) -> anyhow::Result<Driver> {
    let with = match with {
        cli::With::Auto => suite::With::Auto,
        cli::With::Nextest => suite::With::Nextest,
        cli::With::Cargo => suite::With::Cargo,
    };
    let chosen = Driver::choose(with, site).await;
    chosen.map_err(|error| match error.downcast_ref::<Impossible>() {
        Some(Impossible::Missing) => error,
        Some(Impossible::Unknown(_)) => unusable(error),
        None if error.is::<Misconfigured>() => unusable(error),
        None => error,
    })
}

/// Stands in for a test program: writes down how it was started.
pub(super) fn record(options: &cli::Record) -> anyhow::Result<Exit> {
    let what = match options.what {
        cli::Recorded::Program => What::Program,
        cli::Recorded::Rustdoc => What::Rustdoc,
    };
    record::write(&options.folder, what, &options.args)?;
    Ok(Exit::Held)
}

/// Those that are named; else all that Rust can be built for. Of these, those with the properties.
fn targets(names: &[String], properties: &[Property]) -> anyhow::Result<Vec<&'static Target>> {
    let can = |target: &&Target| {
        !names.is_empty() || (target.no_rust.is_none() && target.unobserved.is_none())
    };
    let has = |target: &&Target| {
        let abi = Abis::builtin().get(&target.abi);
        abi.is_some_and(|abi| properties.iter().all(|property| property.holds(abi)))
    };
    let chosen = kit::names::targets_of_tests(names)?;
    let chosen: Vec<_> = chosen.into_iter().filter(can).filter(has).collect();
    if chosen.is_empty() {
        let why = "no target is left: --abi chooses among what --targets leaves";
        return Err(Unusable(why.to_owned()).into());
    }
    Ok(chosen)
}

async fn project(host: &Host, manifest: Option<&Path>) -> anyhow::Result<Project> {
    let toolchains = rust_std::toolchains(host).await;
    let toolchain = toolchains
        .first()
        .context("no Rust toolchain is here: install one from https://rustup.rs")?;
    let found = Project::find(toolchain, manifest).await;
    found.map_err(|error| match error.downcast_ref::<ProcessError>() {
        // Cargo's own words, without our command.
        Some(ProcessError::Failed { stderr, .. }) => {
            let said = stderr.trim().trim_start_matches("error: ");
            unusable(anyhow::anyhow!("no cargo project: {said}"))
        }
        _ => error,
    })
}

/// This machine first: what does not compile at all is told at once. Then those that are ready, then those whose standard library is yet to be built.
fn in_order(tools: Tools) -> Vec<TargetTools> {
    let mut by_target: Vec<_> = tools.by_target.into_values().collect();
    by_target.sort_by_key(|target_tools| {
        let place = target_tools.rust.as_ref().map(|found| &found.value.place);
        let is_to_be_built = matches!(place, Ok(rust_std::Place::ToBeBuilt { .. }));
        let is_missing =
            |missing: &cross::find::Missing| !matches!(missing.remedy, Remedy::Nothing(_));
        let rank = match &target_tools.rust {
            Err(missing) if is_missing(missing) => 3,
            _ if target_tools.target.is_native() => 0,
            _ if is_to_be_built => 2,
            _ => 1,
        };
        (rank, target_tools.target.name.clone())
    });
    by_target
}

fn exit(runs: &[TargetRun]) -> Exit {
    let count = Count::of(runs.iter().flat_map(|run| run.tests.values()));
    let all_ran = runs.iter().all(|run| run.standing == Standing::Ran);
    if count.failed > 0 {
        Exit::Failed
    } else if !all_ran || count.could_not_run > 0 || count.ran() == 0 {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}
