//! `crossum predict`: the matrix from the model alone.

use super::chosen::Chosen;
use super::{print, unusable, width};
use crate::cli;
use crate::exit::Exit;
use crate::judged::Model;
use crate::report::{Document, Unfinished, terminal};

/// Predicts.
pub(super) fn run(options: cli::Predict) -> anyhow::Result<Exit> {
    let report = options.json.as_deref().map(Unfinished::claim);
    let report = report.transpose().map_err(unusable)?;
    let chosen = Chosen::from(options.selection)?;
    let mut model = Model::new(&chosen.abis, &chosen.vectors);
    let judged: Vec<_> = chosen
        .cells
        .iter()
        .cloned()
        .map(|cell| model.foresee(cell))
        .collect();
    let matrix = chosen.matrix(&judged, &[], None);
    if let Some(report) = report {
        report.write_json(&Document::of(&matrix))?;
    }
    let mut text = String::new();
    terminal::write(&matrix, width(), &mut text)?;
    print(&text)?;
    Ok(Exit::Held)
}
