//! The programs of this repository: the scenarios of the book, and the network's weather.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};
use layout::Abis;

use super::own::{asked, build, said};
use super::{inside_this, tools};
use crate::cli;
use faults::{About, Asking, Lab, PairLab, Programs, Said, Scenario, ScenarioResult, Terms};
use kit::names::Unknown;
use kit::progress::Progress;
use matrix::participant::{implementations, participants};
use matrix::run::build::{self as built, Lines, Serving};

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

/// The programs that the user names; where none is named, this machine's own `rust` participant.
async fn programs(options: &cli::Faults, host: &Host) -> anyhow::Result<(Invocation, Invocation)> {
    let named = |program: &Path| Invocation::new(program).kill_with_parent(host);
    if let (Some(server), Some(client)) = (&options.sumsrv, &options.sumcli) {
        return Ok((named(server), named(client)));
    }
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
    let (Some(Serving::ByContract(server)), Some(built::Asking::ByContract(client, _))) =
        build(host, rust)
            .await
            .map(|built| (built.server, built.client))?
    else {
        anyhow::bail!("sumsrv and sumcli are started by the contract");
    };
    Ok((
        options.sumsrv.as_deref().map_or(server, named),
        options.sumcli.as_deref().map_or(client, named),
    ))
}
