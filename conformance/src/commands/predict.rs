//! `crossum predict`: the matrix from the model alone.

use super::chosen::Chosen;
use super::{print, width};
use crate::cli;
use crate::exit::Exit;
use crate::judged::Model;
use crate::report::{Document, Matrix, terminal};

/// Predicts.
pub(super) fn run(options: cli::Predict) -> anyhow::Result<Exit> {
    let chosen = Chosen::from(options.selection)?;
    let mut model = Model::new(&chosen.abis, &chosen.vectors);
    let judged: Vec<_> = chosen
        .cells
        .iter()
        .cloned()
        .map(|cell| model.foresee(cell))
        .collect();
    let matrix = Matrix {
        abis: &chosen.abis,
        abis_file: chosen.abis_file.as_deref(),
        roles: &chosen.roles,
        encodings: &chosen.encodings,
        choice: &chosen.choice,
        vectors: &chosen.vectors,
        judged: &judged,
        claims: &[],
        results: None,
        interrupted: false,
    };
    if let Some(report) = chosen.report {
        report.write_json(&Document::of(&matrix))?;
    }
    let mut text = String::new();
    terminal::write(&matrix, width(), &mut text)?;
    print(&text)?;
    Ok(Exit::Held)
}
