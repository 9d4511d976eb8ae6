//! `crossum faults`: the failure scenarios, run for real, with the programs of this repository or with a user's own.

mod own;
mod sums;

use std::sync::Arc;

use cross::Host;
use cross::process::Invocation;
use cross::runner::Runner;

use super::{print, unusable};
use crate::cli;
use faults::report::{FaultsReport, Subject, suites, terminal};
use faults::{self, HostTools, Scenario, ScenarioResult};
use kit::exit::Exit;
use kit::junit;
use kit::progress::Progress;
use kit::report_file::Unfinished;

/// Runs the scenarios.
pub(super) async fn run(options: cli::Faults) -> anyhow::Result<Exit> {
    if options.list {
        return list(&options);
    }
    let claim = |path: &Option<_>| {
        let claimed = path.as_deref().map(Unfinished::claim).transpose();
        claimed.map_err(unusable)
    };
    // A wrong name is told before anything is built, or a report claimed.
    let (own, of_repository) = selection(&options)?;
    let (json, tests) = (claim(&options.json)?, claim(&options.junit)?);
    let host = Host::this();
    let (results, subject) = match own {
        Some(scenarios) => {
            let (lab, subject) = own::lab(&options, &host).await?;
            let bar = Progress::on_stderr().phase("running scenarios", scenarios.len());
            let results = faults::run(&scenarios, &Arc::new(lab), options.jobs, &bar).await;
            (results, Some(subject))
        }
        None => (sums::run(&options, of_repository, &host).await?, None),
    };
    write(&results, subject.as_ref(), json, tests).await?;
    Ok(faults::exit(&results))
}

/// Scenarios about a user's own programs, where there is a file of them; else those about the programs of this repository.
type Selected = (
    Option<Vec<&'static Scenario<faults::PairLab>>>,
    sums::Selected,
);

fn selection(options: &cli::Faults) -> anyhow::Result<Selected> {
    Ok(match options.file {
        Some(_) => {
            let own = faults::named(faults::of_pairs(), &options.only, &[])?;
            (Some(own), sums::Selected::default())
        }
        None => (None, sums::Selected::named(&options.only)?),
    })
}

/// What would run; what would be refused is refused here, too.
fn list(options: &cli::Faults) -> anyhow::Result<Exit> {
    let mut text = String::new();
    let (own, of_repository) = selection(options)?;
    if let Some(path) = &options.file {
        own::Pair::read(options, path)?;
    }
    match own {
        Some(own) => terminal::list(own.into_iter().map(|one| one.about()), &mut text)?,
        None => terminal::list(of_repository.about(), &mut text)?,
    }
    print(&text)?;
    Ok(Exit::Held)
}

async fn write(
    results: &[ScenarioResult],
    subject: Option<&Subject>,
    json: Option<Unfinished>,
    tests: Option<Unfinished>,
) -> anyhow::Result<()> {
    if let Some(report) = json {
        let runner = Runner::Native.describe().await;
        report.write_json(&FaultsReport::of(results, subject, runner))?;
    }
    if let Some(report) = tests {
        let suites = suites::of(results, subject);
        report.write(|out| junit::write("crossum faults", &suites, out))?;
    }
    let mut text = String::new();
    terminal::write(results, subject, &mut text)?;
    print(&text)
}

/// Does inside a host what a scenario wants.
pub(super) async fn inside(options: &cli::Inside) -> anyhow::Result<Exit> {
    faults::inside::run(&options.words).await?;
    Ok(Exit::Held)
}

/// This program, to do something inside a host.
fn inside_this(host: &Host) -> anyhow::Result<Invocation> {
    let program = std::env::current_exe()?;
    Ok(Invocation::new(program)
        .arg("inside")
        .arg("--")
        .kill_with_parent(host))
}

/// What a lab for two programs gets besides them.
fn tools(host: &Host) -> HostTools {
    HostTools::find(host)
}
