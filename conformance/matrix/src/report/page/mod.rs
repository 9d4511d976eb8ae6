//! The matrix as a page. First what holds, what broke and what could not run, the matrix at a glance and a line an encoding: all this is there without a script. Then the cells, one by one, to filter and to open.

pub(in crate::report) mod data;
mod encodings;
mod glance;
mod head;
mod participants;
mod tone;
mod troubles;

use maud::{Markup, html};

use crate::cell::Cell;
use crate::report::{Matrix, Tally};
use data::Data;
use kit::html::{component, scripted};
use kit::words::grouped;

const SCRIPT: &str = include_str!("page.js");

/// The page.
///
/// # Errors
/// None that JSON of plain data has.
pub fn page(matrix: &Matrix<'_>) -> anyhow::Result<String> {
    let tally = Tally::of(matrix);
    let body = html! {
        (head::head(matrix, &tally))
        (troubles::because(matrix))
        (troubles::broken(matrix))
        (troubles::could_not_run(matrix))
        (glance::glance(matrix))
        (encodings::encodings(matrix, &tally))
        (explorer(matrix))
        (participants::participants(matrix))
    };
    let json = serde_json::to_string(&Data::of(matrix))?;
    let title = match matrix.found {
        Some(_) => "Matrix: every client against every server",
        None => "Matrix: what the model predicts",
    };
    Ok(scripted(title, &body, &json, SCRIPT))
}

/// What leads to a cell: the script opens it.
fn cell_link(cell: &Cell) -> Markup {
    let address = format!(
        "#cell={}&server={}&client={}",
        component(cell.encoding.name()),
        component(&cell.server.id.to_string()),
        component(&cell.client.id.to_string())
    );
    html! { a href=(address) { (cell) } }
}

/// What leads to the cells of an encoding: the script shows them, and no others.
fn encoding_link(name: &str) -> Markup {
    html! { a href={ "#encoding=" (component(name)) } { (name) } }
}

/// Where the script puts the cells.
fn explorer(matrix: &Matrix<'_>) -> Markup {
    let (expected, commands) = match matrix.is_own() {
        true => ("what was promised", "the command that runs it"),
        false => (
            "what was predicted and why",
            "the commands that run and explain it",
        ),
    };
    html! {
        section #cells aria-labelledby="cells-title" {
            h2 #cells-title { "Cell by cell" }
            p {
                "Servers down, clients across. A cell opens by a click, or by Enter: the octets that went each way, "
                (expected) ", and " (commands) ". Arrow keys move."
            }
            noscript {
                p {
                    strong { "This part needs JavaScript" } ": " (grouped(matrix.judged.len()))
                    " cells do not fit a plain page. " code { "crossum matrix --json" } " has them all."
                }
            }
            (glance::legend(matrix))
            form #filters .filters hidden {}
            p #count .quiet role="status" {}
            div #grid .scroll.grid {}
            p #here .here aria-hidden="true" {}
        }
        dialog #cell aria-labelledby="cell-title" {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_can_stand_in_a_page() {
        for end in ["</", "<!--"] {
            assert!(!SCRIPT.contains(end), "{end}");
        }
    }
}
