//! `crossum test`: a cargo project's own tests, on every target.

use std::path::Path;
use std::time::{Duration, Instant};

use cross::process::ProcessError;
use cross::{Host, Target, trust};
use layout::Abis;

use super::{print, unusable};
use crate::cli;
use crate::settings::Settings;
use kit::exit::Exit;
use kit::interrupt::Interrupt;
use kit::junit;
use kit::machine::gone;
use kit::progress::Progress;
use kit::report_file::Unfinished;
use kit::tools::Tools;
use suite::report::{Rerun, TestReport, listing, suites, terminal};
use suite::{
    Action, Arguments, BuildSite, Driver, DriverChoice, GDB, Miri, PartialResults, Plan,
    ProcessKind, Project, Toolchains, UsageError,
};

/// Builds, runs, and reports.
pub(super) async fn run(options: cli::Test, interrupt: &mut Interrupt) -> anyhow::Result<Exit> {
    let targets = suite::targets(&options.targets, &options.abi).map_err(usage)?;
    let arguments = Arguments::split(&options.cargo).map_err(|error| unusable(error.into()))?;
    let claim = |path: &Option<_>| path.as_deref().map(Unfinished::claim).transpose();
    let json = claim(&options.json).map_err(unusable)?;
    let junit = claim(&options.junit).map_err(unusable)?;
    let rerun = Rerun::of(options.of_the_project(), &arguments);
    let began = Instant::now();
    let progress = Progress::on_stderr();
    let (site, plan) = tokio::select! {
        ready = plan(&options, &targets, arguments, &progress) => ready.map_err(usage)?,
        () = interrupt.arrived() => anyhow::bail!("interrupted"),
    };
    if let Some(test) = &options.debug {
        return debugged(test, &plan, &site, &progress, interrupt).await;
    }
    if options.list {
        return listed(&plan, &site, &progress, interrupt).await;
    }
    let results = PartialResults::of(&plan.tools);
    let interrupted = tokio::select! {
        ran = suite::run(&plan, &site, &progress, &results) => {
            ran.map_err(|error| unusable(error.into()))?;
            false
        }
        () = interrupt.arrived() => true,
    };
    if interrupted {
        gone().await;
    }
    drop(site);
    let runs = results.runs();

    if let Some(report) = json {
        let seconds = began.elapsed().as_secs_f64();
        report.write_json(&TestReport::of(&runs, &rerun, interrupted, seconds))?;
    }
    if let Some(report) = junit {
        report.write(|out| junit::write("crossum test", &suites(&runs), out))?;
    }
    let mut text = String::new();
    terminal::write(&runs, &rerun, interrupted, &mut text)?;
    print(&text)?;
    Ok(match interrupted {
        true => Exit::CouldNotRun,
        false => suite::exit(&runs),
    })
}

/// Prints the names of the tests.
async fn listed(
    plan: &Plan,
    site: &BuildSite,
    progress: &Progress,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Exit> {
    let listing = tokio::select! {
        listing = suite::list(plan, site, progress) => listing.map_err(|error| unusable(error.into()))?,
        () = interrupt.arrived() => anyhow::bail!("interrupted"),
    };
    let mut text = String::new();
    listing::write(&listing, &mut text)?;
    print(&text)?;
    let bar = progress.moment("listed");
    for (target, why) in &listing.lost {
        bar.say(format_args!("{target}: no list: {why}"));
    }
    Ok(match listing.lost.is_empty() {
        true => Exit::Held,
        false => Exit::CouldNotRun,
    })
}

/// Starts a test that waits for a debugger, and stays with it until it ends.
async fn debugged(
    test: &str,
    plan: &Plan,
    site: &BuildSite,
    progress: &Progress,
    interrupt: &mut Interrupt,
) -> anyhow::Result<Exit> {
    let session = tokio::select! {
        session = suite::debug(test, plan, site, progress) => session.map_err(usage)?,
        () = interrupt.arrived() => anyhow::bail!("interrupted"),
    };
    let missing = match session.has_debugger {
        true => String::new(),
        false => format!(" ({GDB} is not here: `apt install {GDB}`)"),
    };
    print(&format!(
        "waiting for gdb; in another terminal{missing}:\n  {}\n",
        session.debugger
    ))?;
    let ran = tokio::select! {
        ran = session.test.run_on_terminal() => ran,
        () = interrupt.arrived() => anyhow::bail!("interrupted"),
    };
    match ran {
        Ok(()) => Ok(Exit::Held),
        Err(ProcessError::Failed { exit, .. }) => {
            print(&format!("the test {exit}\n"))?;
            Ok(Exit::Failed)
        }
        Err(error) => Err(error.into()),
    }
}

/// Finds the project, its settings and the tools.
async fn plan(
    options: &cli::Test,
    targets: &[&'static Target],
    arguments: Arguments,
    progress: &Progress,
) -> anyhow::Result<(BuildSite, Plan)> {
    let manifest = options.manifest_path.as_deref();
    let folder = manifest.map_or(Path::new("."), |manifest| {
        manifest.parent().unwrap_or(Path::new(""))
    });
    // `a.toml` is in the folder with no name. One that is not there is told by cargo.
    let folder = Path::new(".").join(folder);
    if folder.is_dir() {
        trust::check_project(&folder, &Host::this())?;
    }
    let toolchains = Toolchains::find(&Host::this(), manifest).await?;
    let project = Project::find(&toolchains, manifest).await?;
    let settings = Settings::of(options.config.as_deref(), &project.root).map_err(unusable)?;
    let host = settings.host();
    super::say_if_nothing_is_kept(&host);
    let looking = progress.moment("looking for tools");
    let names = targets.iter().map(|target| target.name.as_str()).collect();
    let tools = Tools::with_toolchains(host.clone(), Abis::builtin(), &names, &toolchains.all)?;
    drop(looking);
    let mut site = BuildSite::new(host, toolchains, project, arguments)?;
    site.is_for_debugger = options.debug.is_some();
    let miri = match options.with.contains(&cli::With::Miri) {
        true => Some(Miri::find(&site).await?),
        false => None,
    };
    let plan = Plan {
        action: match options.no_run {
            true => Action::Build,
            false => Action::Run,
        },
        tools: suite::in_order(tools),
        excludes: settings.test,
        jobs: options.jobs,
        limit: Duration::from_secs(options.limit),
        driver: Driver::choose(driver(&options.with)?, &site).await?,
        miri,
    };
    Ok((site, plan))
}

/// What runs the tests, of what `--with` names.
fn driver(with: &[cli::With]) -> Result<DriverChoice, UsageError> {
    let has = |one| with.contains(&one);
    match (has(cli::With::Nextest), has(cli::With::Cargo)) {
        (true, true) => Err(UsageError(
            "--with nextest,cargo: the tests run once, by one of the two".to_owned(),
        )),
        (true, false) => Ok(DriverChoice::Nextest),
        (false, true) => Ok(DriverChoice::Cargo),
        (false, false) => Ok(DriverChoice::Auto),
    }
}

/// Stands in for a test program: records how it was started.
pub(super) fn record(options: &cli::Record) -> anyhow::Result<Exit> {
    let what = match options.what {
        cli::Recorded::Program => ProcessKind::Program,
        cli::Recorded::Rustdoc => ProcessKind::Rustdoc,
    };
    suite::record(&options.folder, what, &options.args)?;
    Ok(Exit::Held)
}

/// What the user can mend is the user's: exit code 2.
fn usage(error: anyhow::Error) -> anyhow::Error {
    match error.is::<UsageError>() {
        true => unusable(error),
        false => error,
    }
}
