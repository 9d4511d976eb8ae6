//! The programs of this repository: the scenarios of the book, and the network's weather.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};

use super::own::{asked, native_tools, said};
use super::{inside_this, tools};
use crate::cli;
use faults::{About, Asking, Lab, PairLab, Programs, Said, Scenario, ScenarioResult, Terms};
use kit::names::Unknown;
use kit::progress::Progress;
use matrix::run::build::{self as built, BuildCache, Lines, Serving};
use matrix::workspace::workspace;

/// What was chosen.
#[derive(Default)]
pub(super) struct Selected {
    book: Vec<&'static Scenario>,
    weather: Vec<&'static Scenario<PairLab>>,
}

impl Selected {
    /// Those of these names; all where none is named.
    pub(super) fn named(names: &[String]) -> Result<Selected, Unknown> {
        let book: Vec<_> = faults::all().iter().map(|one| one.name).collect();
        let weather: Vec<_> = faults::weather().iter().map(|one| one.name).collect();
        Ok(Selected {
            book: faults::named(faults::all(), names, &weather)?,
            weather: faults::named(faults::weather(), names, &book)?,
        })
    }

    /// What each is about, the book's first.
    pub(super) fn about(&self) -> impl Iterator<Item = About> {
        let book = self.book.iter().map(|one| one.about());
        book.chain(self.weather.iter().map(|one| one.about()))
    }
}

/// Runs them.
pub(super) async fn run(
    options: &cli::Faults,
    selected: Selected,
    host: &Host,
) -> anyhow::Result<Vec<ScenarioResult>> {
    let (server, client) = programs(options, host).await?;
    let lab = Lab {
        server: server.clone(),
        client: client.clone(),
        tools: tools(host),
    };
    let pair = PairLab {
        programs: Arc::new(Sums {
            server: Serving::ByContract(server),
            client: built::Asking::ByContract(client.reading_input(), Lines::Words),
        }),
        terms: Terms::default(),
        tools: tools(host),
        inside: inside_this(host)?,
    };
    let count = selected.book.len() + selected.weather.len();
    let bar = Progress::on_stderr().phase("running scenarios", count);
    let mut results = faults::run(&selected.book, &Arc::new(lab), options.jobs, &bar).await;
    results.extend(faults::run(&selected.weather, &Arc::new(pair), options.jobs, &bar).await);
    Ok(results)
}

/// `sumsrv` and `sumcli` by the contract.
struct Sums {
    server: Serving,
    client: built::Asking,
}

const ENCODING: &str = "text";

impl Programs for Sums {
    fn serve(&self, at: SocketAddr) -> Invocation {
        self.server.at(ENCODING, at)
    }

    fn ask(&self, at: SocketAddr) -> Asking {
        asked(&self.client, ENCODING, at, "1 2")
    }

    fn said(&self, exit: Exit, printed: &str) -> Said {
        said(&self.client, exit, printed)
    }

    fn right(&self) -> &str {
        "3"
    }
}

/// The programs that the user names; where none is named, this checkout's `sumsrv` and `sumcli`.
async fn programs(options: &cli::Faults, host: &Host) -> anyhow::Result<(Invocation, Invocation)> {
    let start = |program: &Path| Invocation::new(program).kill_with_parent(host);
    if let (Some(server), Some(client)) = (&options.sumsrv, &options.sumcli) {
        return Ok((start(server), start(client)));
    }
    let native = cross::targets().find(|target| target.is_native());
    let native = native.context(
        "this machine is none of the targets: name the programs with --sumsrv and --sumcli",
    )?;
    let tools = native_tools(host, native).await?;
    let progress = Progress::on_stderr().moment("building the programs");
    let build_cache = BuildCache::new(host, Some(workspace(host)?));
    let built = build_cache.programs(&tools).await;
    drop(progress);
    let folder = built.context("sumsrv and sumcli cannot be built")?.folder;
    let named = |option: &Option<PathBuf>, name: &str| match option {
        Some(program) => start(program),
        None => start(&folder.join(name)),
    };
    Ok((
        named(&options.sumsrv, "sumsrv"),
        named(&options.sumcli, "sumcli"),
    ))
}
