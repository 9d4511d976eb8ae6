//! `crossum plan`: the matrix, cut for the jobs of a CI.

use std::path::Path;

use super::selection::selection;
use super::{Unusable, print, unusable};
use crate::cli;
use kit::exit::Exit;
use kit::saved_report::SavedReport;
use matrix::report::{MatrixDocument, plan};
use matrix::shards::{self, costs::Costs};

/// Cuts, and tells.
pub(super) fn run(options: cli::Plan) -> anyhow::Result<Exit> {
    let costs = costs(options.costs.as_deref())?;
    let selection = selection(options.selection)?;
    let shards = shards::cut(&selection.cells, &costs, options.shards);
    let shards = shards.map_err(|too_many| Unusable(too_many.to_string()))?;
    print(&match (options.github, options.gitlab) {
        (true, _) => plan::github(&shards)?,
        (_, true) => plan::gitlab(&shards),
        _ => plan::table(&shards, selection.roles.all.len(), super::width())?,
    })?;
    Ok(Exit::Held)
}

/// What things cost, by this report if there is one.
pub(super) fn costs(report: Option<&Path>) -> anyhow::Result<Costs> {
    let Some(path) = report else {
        return Ok(Costs::default());
    };
    let text = SavedReport::read(path).map_err(|error| unusable(error.into()))?;
    let document = MatrixDocument::read_from(&text).map_err(|error| unusable(error.into()))?;
    Ok(document.measured().costs())
}
