//! `crossum merge`: the reports of all shards, put together.

use super::chosen::{Chosen, own};
use super::reports::{Reports, exit};
use super::{unusable, width};
use crate::cli;
use kit::exit::Exit;
use kit::progress::Progress;
use kit::saved_report::SavedReport;
use matrix::claims;
use matrix::judged::Model;
use matrix::own::why;
use matrix::report::merge::{agree, asked, merge};
use matrix::report::{Document, Matrix};
use matrix::vectors::Choice;

/// Merges. Nothing is written unless everything fits.
pub(super) fn run(options: &cli::Merge) -> anyhow::Result<Exit> {
    let reports = Reports::claim(&options.reports)?;
    let progress = Progress::on_stderr();
    let reading = progress.phase("reading reports", options.files.len());
    let mut texts = Vec::new();
    for file in &options.files {
        reading.at(file.display());
        texts.push(SavedReport::read(file).map_err(|error| unusable(error.into()))?);
    }
    let mut parts = Vec::new();
    for text in &texts {
        let document = Document::read_from(text).map_err(|error| unusable(error.into()))?;
        parts.push((text.path(), document));
        reading.done();
    }
    drop(reading);

    let asked = asked(&parts).map_err(|error| unusable(error.into()))?;
    let chosen = {
        let file = own(asked.file.as_deref())?;
        let choice = match (file.filter(|file| !file.encodings.is_empty()), asked.choice) {
            (Some(file), _) => Choice::Own(&file.vectors),
            (None, choice) => choice,
        };
        Chosen::of(file, asked.names, choice, asked.abis_file)?
    };
    let merged = merge(&parts, &chosen.model, &chosen.cells, &chosen.vectors);
    let merged = merged.map_err(|error| unusable(error.into()))?;
    let mut model = Model::new(&chosen.abis, &chosen.vectors);
    let cells = chosen.cells.iter().cloned().zip(merged.observations);
    let mut judged: Vec<_> = cells.map(|(cell, seen)| model.judge(cell, seen)).collect();
    let explained = why::explain_all(&chosen.abis, &mut judged);
    agree(&parts, &judged).map_err(|error| unusable(error.into()))?;
    drop(parts);
    drop(texts);

    let mut claims = claims::of_cells(&judged);
    claims.extend(merged.found.claim());
    let matrix = Matrix {
        interrupted: merged.interrupted,
        ..chosen.matrix(&judged, &claims, &explained, Some(&merged.found))
    };
    reports.write(&matrix, width())?;
    Ok(exit(&matrix))
}
