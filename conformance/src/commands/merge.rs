//! `crossum merge`: the reports of all shards, put together.

use super::reports::{Reports, exit};
use super::selection::unselectable;
use super::{unusable, width};
use crate::cli;
use kit::exit::Exit;
use kit::progress::Progress;
use kit::saved_report::SavedReport;
use matrix::claims;
use matrix::infer;
use matrix::judged;
use matrix::report::merge::{agree, asked, merge};
use matrix::report::{Matrix, MatrixDocument};
use matrix::select::Selection;
use matrix::sums::vectors::PairChoice;

/// Merges. Nothing is written unless everything fits.
pub(super) async fn run(options: &cli::Merge) -> anyhow::Result<Exit> {
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
        let document = MatrixDocument::read_from(text).map_err(|error| unusable(error.into()))?;
        parts.push((text.path(), document));
        reading.done();
    }
    drop(reading);

    let asked = asked(&parts).map_err(|error| unusable(error.into()))?;
    let (file, abis) = (asked.file.as_deref(), asked.abis_file.as_deref());
    let choice = PairChoice::again(asked.vectors, &asked.choice);
    let selection = Selection::new(file, asked.names, choice, abis).map_err(unselectable)?;
    let protocol = &*selection.protocol;
    let merged = merge(
        &parts,
        &selection.model,
        &selection.cells,
        protocol.vectors(),
    );
    let merged = merged.map_err(|error| unusable(error.into()))?;
    let mut judged = judged::judge(&selection.abis, &selection.cells, merged.observations);
    let types = selection.message_types(&super::host(None)?).await;
    let explained = infer::explain_all(protocol, &selection.abis, &types, &mut judged);
    agree(&parts, &judged).map_err(|error| unusable(error.into()))?;
    drop(parts);
    drop(texts);

    let mut claims = claims::of_cells(protocol, &judged);
    claims.extend(merged.found.claim());
    let matrix = Matrix {
        interrupted: merged.interrupted,
        ..Matrix::of(
            &selection,
            &judged,
            &claims,
            &explained,
            Some(&merged.found),
        )
    };
    reports.write(&matrix, width())?;
    Ok(exit(&matrix))
}
