//! `crossum predict`: the matrix from the model alone.

use std::path::Path;

use super::chosen::Chosen;
use super::{Unusable, print, unusable, width};
use crate::cli;
use kit::exit::Exit;
use kit::report_file::Unfinished;
use matrix::judged::Model;
use matrix::report::page::page;
use matrix::report::{Document, terminal};
use matrix::vectors::Choice;

/// Predicts.
pub(super) fn run(options: cli::Predict) -> anyhow::Result<Exit> {
    let claim = |file: Option<&Path>| file.map(Unfinished::claim).transpose().map_err(unusable);
    let (json, html) = (
        claim(options.json.as_deref())?,
        claim(options.html.as_deref())?,
    );
    let chosen = Chosen::from(options.selection)?;
    if let Choice::Own(_) = chosen.choice {
        let why = "nothing can be predicted of a protocol of your own: there is no model of it; `crossum matrix` runs it";
        return Err(Unusable(why.to_owned()).into());
    }
    let mut model = Model::new(&chosen.abis, &chosen.vectors);
    let judged: Vec<_> = chosen
        .cells
        .iter()
        .cloned()
        .map(|cell| model.foresee(cell))
        .collect();
    let matrix = chosen.matrix(&judged, &[], &[], None);
    if let Some(json) = json {
        json.write_json(&Document::of(&matrix))?;
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
