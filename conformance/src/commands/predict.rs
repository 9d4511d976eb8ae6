//! `crossum predict`: the matrix from the model alone.

use std::path::Path;

use super::reports::write_json;
use super::selection::selection;
use super::{Unusable, print, unusable, width};
use crate::cli;
use kit::exit::Exit;
use kit::report_file::Unfinished;
use matrix::judged;
use matrix::report::page::page;
use matrix::report::{Matrix, terminal};

/// Predicts.
pub(super) fn run(options: cli::Predict) -> anyhow::Result<Exit> {
    let claim = |file: Option<&Path>| file.map(Unfinished::claim).transpose().map_err(unusable);
    let (json, html) = (
        claim(options.json.as_deref())?,
        claim(options.html.as_deref())?,
    );
    let selection = selection(options.selection)?;
    if !selection.protocol.is_modelled() {
        let why = "nothing can be predicted of a protocol of your own: there is no model of it; `crossum matrix` runs it";
        return Err(Unusable(why.to_owned()).into());
    }
    let judged = judged::predict(&selection.abis, &selection.cells);
    let matrix = Matrix::of(&selection, &judged, &[], &[], None);
    if let Some(json) = json {
        write_json(json, options.format, &matrix)?;
    }
    if let Some(html) = html {
        let page = page(&matrix)?;
        html.write(|out| out.write_all(page.as_bytes()))?;
    }
    let mut text = String::new();
    terminal::write(&matrix, width(), &mut text)?;
    print(&text)?;
    Ok(Exit::Held)
}
