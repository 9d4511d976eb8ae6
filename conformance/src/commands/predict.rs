//! `crossum predict`: the matrix from the model alone.

use super::{abis, print, width};
use crate::cell;
use crate::cli;
use crate::exit::Exit;
use crate::judged::Model;
use crate::report::{Document, Matrix, Unfinished, terminal};
use crate::select;
use crate::vectors::vectors;

/// Predicts.
pub(super) fn run(options: cli::Predict) -> anyhow::Result<Exit> {
    let selection = options.selection;
    let abis = abis(selection.abis.as_deref())?;
    let encodings = select::encodings(&selection.encodings)?;
    let roles = select::roles(
        &selection.targets,
        &selection.participants,
        &selection.server,
        &selection.client,
    )?;
    super::matrix::check_abis(&abis, &roles)?;
    let unfinished = selection
        .json
        .as_deref()
        .map(Unfinished::claim)
        .transpose()
        .map_err(super::unusable)?;

    let vectors = vectors(selection.vectors, selection.seed);
    let mut model = Model::new(&abis, &vectors);
    let cells = cell::cells(&roles.servers, &roles.clients, &encodings);
    let judged: Vec<_> = cells.into_iter().map(|cell| model.foresee(cell)).collect();
    let matrix = Matrix {
        abis: &abis,
        participants: &roles.all,
        left_out: &roles.left_out,
        encodings: &encodings,
        vectors: &vectors,
        seed: selection.seed,
        judged: &judged,
        claims: &[],
        results: None,
        interrupted: false,
    };
    let mut text = String::new();
    terminal::write(&matrix, width(), &mut text)?;
    if let Some(unfinished) = unfinished {
        unfinished.write_json(&Document::of(&matrix))?;
    }
    print(&text)?;
    Ok(Exit::Held)
}
