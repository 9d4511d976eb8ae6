//! `crossum encodings`: size, cost and portability, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context as _;
use cross::Target;
use layout::Abis;
use proto::Encoding;

use super::chosen::Chosen;
use super::matrix as matrix_command;
use super::{print, unusable, width};
use crate::cli;
use encodings::baselines::{MEMCPY, SWAP};
use encodings::counted::{self, OnTarget};
use encodings::native::Nanoseconds;
use encodings::report::{Comparison, Document, Source, earlier, page, terminal};
use encodings::values::{COUNTED, values};
use encodings::{Row, Standing, give_counts, here, stdio};
use kit::exit::Exit;
use kit::progress::Progress;
use kit::report_file::Unfinished;
use kit::tools::Tools;
use matrix::claims;
use matrix::judged::{Judged, Model};
use matrix::portability::{Portability, Seen};
use matrix::report::Found;
use matrix::run::build::Workshop;
use matrix::run::{self, Plan};
use matrix::select;
use matrix::workspace::workspace;

/// Compares.
pub(super) async fn run(options: cli::Encodings) -> anyhow::Result<Exit> {
    let chosen = Chosen::from(selection(&options))?;
    let claim = |file: Option<&Path>| file.map(Unfinished::claim).transpose().map_err(unusable);
    let (json, html) = (
        claim(options.json.as_deref())?,
        claim(options.html.as_deref())?,
    );
    let host = super::host(options.config.as_deref())?;
    let progress = Progress::on_stderr();

    let all = values(options.values, options.seed);
    let few = values(options.values.min(COUNTED), options.seed);
    let targets = targets(&chosen);
    // What was written before is looked at before anything is run.
    let before = match &options.matrix {
        Some(file) => {
            let _reading = progress.moment("reading the matrix's report");
            Some(earlier(file, &chosen)?)
        }
        None => None,
    };

    let measuring = progress.moment("comparing and measuring here");
    let encodings = select::encodings(&chosen.names.encodings)?;
    let mut subjects = encodings.clone();
    subjects.extend([&MEMCPY as &dyn Encoding, &SWAP]);
    let mut rows = here(&subjects, &all);
    let baselines = rows.split_off(encodings.len());
    drop(measuring);

    let looking = progress.moment("looking for tools");
    let names: BTreeSet<_> = targets.iter().map(|target| target.name.as_str()).collect();
    let native = cross::targets().find(|target| target.is_native());
    let natives = native.map(|target| target.name.as_str());
    let wanted = names.iter().copied().chain(natives).collect();
    let tools = Tools::find(host.clone(), &chosen.abis, &wanted).await?;
    drop(looking);
    let stdio = stdio(&tools, native, &all).await;
    let workshop = Workshop::new(&host, Some(workspace(&host)?));
    let counted = counted::count(&targets, &tools, &workshop, &encodings, &few, &progress).await;
    give_counts(&mut rows, &counted);

    let (source, mut portability, claims_hold) = match before {
        Some(portability) => (Source::Report, portability, true),
        None if options.predict => (Source::Model, predicted(&chosen), true),
        None => {
            let (portability, hold) = observed(&chosen, &tools, &workshop, &progress).await?;
            (Source::Matrix, portability, hold)
        }
    };
    for row in &mut rows {
        row.portability = portability.remove(row.encoding.name()).unwrap_or_default();
    }

    let comparison = Comparison {
        abis: &chosen.abis,
        rows: &rows,
        baselines: &baselines,
        stdio: stdio.as_ref().map_err(|why| format!("{why:#}")).copied(),
        counted: &counted,
        source,
        seed: options.seed,
        values: options.values,
        values_counted: options.values.min(COUNTED),
        each_target: !options.targets.is_empty(),
    };
    if let Some(json) = json {
        json.write_json(&Document::of(&comparison))?;
    }
    if let Some(html) = html {
        let page = page(&comparison)?;
        html.write(|out| out.write_all(page.as_bytes()))?;
    }
    let mut text = String::new();
    terminal::write(&comparison, width(), &mut text)?;
    print(&text)?;
    Ok(exit(&comparison, claims_hold))
}

fn selection(options: &cli::Encodings) -> cli::Selection {
    cli::Selection {
        file: None,
        targets: options.targets.clone(),
        encodings: options.encodings.clone(),
        participants: options.participants.clone(),
        server: Vec::new(),
        client: Vec::new(),
        vectors: matrix::vectors::DEFAULT,
        vector: Vec::new(),
        seed: options.seed,
        abis: None,
    }
}

/// The targets of all that take part.
fn targets(chosen: &Chosen) -> Vec<&'static Target> {
    let there: BTreeMap<_, _> = chosen
        .roles
        .all
        .iter()
        .map(|participant| (participant.target.name.as_str(), participant.target))
        .collect();
    there.into_values().collect()
}

async fn stdio(
    tools: &Tools,
    native: Option<&'static Target>,
    values: &[proto::Request],
) -> anyhow::Result<Nanoseconds> {
    let native = native.context("this machine is none of the targets")?;
    let target_tools = tools.by_target.get(&native.name);
    let target_tools = target_tools.context("no tools were looked for")?;
    let compiler = &target_tools.gcc.as_ref().map_err(Clone::clone)?.value;
    stdio::measure(compiler, values).await
}

type Portabilities = BTreeMap<String, Portability>;

/// What became of cells, by their encodings.
fn of_cells(abis: &Abis, judged: &[Judged]) -> Portabilities {
    let mut portability = Portabilities::new();
    for judged in judged {
        if let Some(seen) = Seen::of(abis, judged) {
            let name = judged.cell.encoding.name().to_owned();
            portability.entry(name).or_default().add(seen);
        }
    }
    portability
}

fn predicted(chosen: &Chosen) -> Portabilities {
    let mut model = Model::new(&chosen.abis, &chosen.vectors);
    let judged = chosen.cells.iter().cloned().map(|cell| model.foresee(cell));
    let judged: Vec<_> = judged.collect();
    of_cells(&chosen.abis, &judged)
}

/// Runs the matrix: what became of its cells, and whether its claims hold.
async fn observed(
    chosen: &Chosen,
    tools: &Tools,
    workshop: &Workshop,
    progress: &Progress,
) -> anyhow::Result<(Portabilities, bool)> {
    let plan = Plan {
        participants: chosen.roles.all.clone(),
        cells: chosen.cells.clone(),
        encodings: chosen.encodings.clone(),
        vectors: chosen.vectors.clone(),
        jobs: run::default_jobs(),
        sample: 0,
    };
    let board = run::board(&plan);
    run::run(&plan, tools, workshop, &chosen.abis, progress, &board).await;
    let results = matrix_command::results(&board)?;
    let judged = matrix_command::judge(&chosen.abis, &plan, &results);
    let portability = of_cells(&chosen.abis, &judged);
    let mut claims = claims::of_cells(&judged);
    claims.extend(Found::of(&results).claim());
    Ok((portability, claims.iter().all(|claim| claim.held)))
}

/// The cells of a report that are among those chosen.
fn earlier(file: &Path, chosen: &Chosen) -> anyhow::Result<Portabilities> {
    let cells = earlier::read(file).map_err(unusable)?;
    let is_chosen = |id: &str| chosen.roles.all.iter().any(|one| one.id.to_string() == id);
    let mut portability = Portabilities::new();
    for cell in &cells {
        if is_chosen(&cell.server)
            && is_chosen(&cell.client)
            && let Some(seen) = cell.seen(&chosen.abis)
        {
            portability
                .entry(cell.encoding.clone())
                .or_default()
                .add(seen);
        }
    }
    if portability.is_empty() {
        let why = "it has no cell of the participants that are chosen here";
        return Err(unusable(anyhow::anyhow!("{}: {why}", file.display())));
    }
    Ok(portability)
}

fn exit(comparison: &Comparison<'_>, claims_hold: bool) -> Exit {
    let any = |wanted: &dyn Fn(&Row<'_>) -> bool| {
        let mut rows = comparison.rows.iter().chain(comparison.baselines);
        rows.any(wanted)
    };
    let is_wrong = |row: &Row<'_>| matches!(row.standing(), Standing::Wrong(_));
    let mut targets = comparison.counted.values();
    if !claims_hold || any(&is_wrong) || any(&|row| row.portability.broken > 0) {
        Exit::Failed
    } else if any(&|row| row.portability.could_not_run > 0)
        || comparison.stdio.is_err()
        || targets.any(|target| matches!(target, OnTarget::CouldNotRun(_)))
    {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}
