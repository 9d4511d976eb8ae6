//! `crossum encodings`: size, cost and portability, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use cross::Target;

use super::selection::selection;
use super::{print, unusable, width};
use crate::cli;
use encodings::cells::Portabilities;
use encodings::report::{Comparison, EncodingsDocument, Source, earlier, page, terminal};
use encodings::values::{COUNTED, values};
use encodings::{counted, give_counts, stdio};
use kit::exit::Exit;
use kit::progress::Progress;
use kit::report_file::Unfinished;
use kit::saved_report::SavedReport;
use kit::tools::Tools;
use matrix::claims;
use matrix::judged;
use matrix::report::Found;
use matrix::run::build::BuildCache;
use matrix::run::{self, Partial, Plan};
use matrix::select::Selection;
use matrix::sums;
use matrix::workspace::{workspace, workspace_if_any};

/// Compares.
pub(super) async fn run(options: cli::Encodings) -> anyhow::Result<Exit> {
    let chosen = selection(selected(&options))?;
    let claim = |file: Option<&Path>| file.map(Unfinished::claim).transpose().map_err(unusable);
    let (json, html) = (
        claim(options.json.as_deref())?,
        claim(options.html.as_deref())?,
    );
    let host = super::host(options.config.as_deref())?;
    super::say_if_nothing_is_kept(&host);
    // Where no matrix is run, only the counts need sources.
    let sources = match options.predict || options.matrix.is_some() {
        true => workspace_if_any(&host)?,
        false => Some(workspace(&host)?),
    };
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
    let encodings = sums::encodings(&chosen.names.encodings)?;
    let (mut rows, baselines) = encodings::measure(&encodings, &all);
    drop(measuring);

    let looking = progress.moment("looking for tools");
    let names: BTreeSet<_> = targets.iter().map(|target| target.name.as_str()).collect();
    let native = cross::targets().filter(|target| target.is_native());
    let native = native.map(|target| target.name.as_str());
    let wanted = names.iter().copied().chain(native).collect();
    let tools = Tools::find(host.clone(), &chosen.abis, &wanted).await?;
    drop(looking);
    let stdio = stdio::measure_here(&tools, &all).await;
    let build_cache = BuildCache::new(&host, sources);
    let counted = counted::count(&targets, &tools, &build_cache, &encodings, &few, &progress).await;
    give_counts(&mut rows, &counted);

    let (source, portability, claims_hold) = match before {
        Some(portability) => (Source::Report, portability, true),
        None if options.predict => (Source::Model, predicted(&chosen), true),
        None => {
            let (portability, hold) = observed(&chosen, &tools, &build_cache, &progress).await?;
            (Source::Matrix, portability, hold)
        }
    };
    portability.give(&mut rows);

    let comparison = Comparison {
        abis: &chosen.abis,
        rows: &rows,
        baselines: &baselines,
        stdio: stdio.map_err(|why| format!("{why:#}")),
        counted: &counted,
        source,
        seed: options.seed,
        values: options.values,
        values_counted: options.values.min(COUNTED),
        each_target: !options.targets.is_empty(),
    };
    if let Some(json) = json {
        json.write_json(&EncodingsDocument::of(&comparison))?;
    }
    if let Some(html) = html {
        let page = page(&comparison);
        html.write(|out| out.write_all(page.as_bytes()))?;
    }
    let mut text = String::new();
    terminal::write(&comparison, width(), &mut text)?;
    print(&text)?;
    Ok(comparison.exit(claims_hold))
}

fn selected(options: &cli::Encodings) -> cli::Selection {
    cli::Selection {
        file: None,
        targets: options.targets.clone(),
        encodings: options.encodings.clone(),
        participants: options.participants.clone(),
        server: Vec::new(),
        client: Vec::new(),
        vectors: matrix::sums::vectors::DEFAULT,
        vector: Vec::new(),
        seed: options.seed,
        abis: None,
    }
}

/// The targets of all that take part.
fn targets(chosen: &Selection) -> Vec<&'static Target> {
    let there: BTreeMap<_, _> = chosen
        .roles
        .all
        .iter()
        .map(|participant| (participant.target.name.as_str(), participant.target))
        .collect();
    there.into_values().collect()
}

fn predicted(chosen: &Selection) -> Portabilities {
    let judged = judged::predict(&chosen.abis, &chosen.cells);
    Portabilities::of_cells(&chosen.abis, &judged)
}

/// Runs the matrix: what became of its cells, and whether its claims hold.
async fn observed(
    chosen: &Selection,
    tools: &Tools,
    build_cache: &BuildCache,
    progress: &Progress,
) -> anyhow::Result<(Portabilities, bool)> {
    let plan = Plan {
        participants: chosen.roles.all.clone(),
        cells: chosen.cells.clone(),
        protocol: Arc::clone(&chosen.protocol),
        encodings: chosen.encodings.clone(),
        jobs: run::default_jobs(),
        sample: 0,
    };
    let partial = Partial::new(&plan);
    run::run(&plan, tools, build_cache, &chosen.abis, progress, &partial).await;
    let results = partial.results().context("the results were lost")?;
    let observations = results.observations.iter().cloned();
    let judged = judged::judge(&chosen.abis, &plan.cells, observations);
    let portability = Portabilities::of_cells(&chosen.abis, &judged);
    let mut claims = claims::of_cells(&*chosen.protocol, &judged);
    claims.extend(Found::of(&results).claim());
    Ok((portability, claims.iter().all(|claim| claim.held)))
}

/// The cells of a report that are among those chosen.
fn earlier(file: &Path, chosen: &Selection) -> anyhow::Result<Portabilities> {
    let report = SavedReport::read(file).map_err(|error| unusable(error.into()))?;
    let cells = earlier::read(&report).map_err(|error| unusable(error.into()))?;
    let those = Portabilities::of_report(&chosen.abis, &cells, &chosen.roles.all);
    if those.is_empty() {
        let why = report.unreadable("it has no cell of the participants that are chosen here");
        return Err(unusable(why.into()));
    }
    Ok(those)
}
