//! The strip of an encoding: a cell for each pair of kinds of machines, all right, some right, or none.

use std::fmt::{self, Write};

use crate::Row;
use matrix::portability::{Cells, KINDS};

const CELL: usize = 14;
const GAP: usize = 6;

/// Draws it: in a group the clients are of one kind, and the servers are of all four.
pub(super) fn draw(row: &Row<'_>, out: &mut String) -> fmt::Result {
    let group = KINDS.len() * CELL + GAP;
    let width = KINDS.len() * group - GAP + 2;
    write!(
        out,
        "<svg width=\"{width}\" height=\"{}\" viewBox=\"-1 -1 {width} {}\" role=\"img\" aria-label=\"{}\">",
        CELL + 2,
        CELL + 2,
        told(row)
    )?;
    for (at, client) in KINDS.iter().enumerate() {
        for (on, server) in KINDS.iter().enumerate() {
            let cells = row.portability.between.get(&(*server, *client)).copied();
            let cells = cells.unwrap_or_default();
            write!(
                out,
                "<g transform=\"translate({} 0)\"><title>{server} serves, {client} asks: {}</title>{}</g>",
                at * group + on * CELL,
                words(cells),
                cell(cells)
            )?;
        }
    }
    write!(out, "</svg>")
}

/// What the strip's cells are, and where machines stand in it.
pub(super) fn legend(rows: &[Row<'_>], out: &mut String) -> fmt::Result {
    let kinds: Vec<_> = KINDS.iter().map(ToString::to_string).collect();
    writeln!(
        out,
        "<p>The strip: four groups, in each the client is of one kind, and the servers are of all four, in the same order: {}. BE32 is big-endian with a <code>long</code> of 32 bits.</p>\n<ul class=\"legend\">",
        kinds.join(", ")
    )?;
    let all = rows.iter().flat_map(|row| row.portability.between.values());
    let shown: Vec<_> = all.map(|cells| Shade::of(*cells)).collect();
    for (shade, cells, word) in [
        (Shade::Good, (1, 0), "every cell right"),
        (Shade::Part, (1, 1), "some right"),
        (Shade::Bad, (0, 1), "none right"),
    ] {
        if shown.contains(&shade) {
            let (correct, not_correct) = cells;
            let example = cell(Cells {
                correct,
                not_correct,
            });
            writeln!(
                out,
                "<li><svg width=\"16\" height=\"16\" viewBox=\"-1 -1 16 16\" aria-hidden=\"true\">{example}</svg>{word}</li>"
            )?;
        }
    }
    writeln!(out, "</ul>")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shade {
    Good,
    Part,
    Bad,
    None,
}

impl Shade {
    fn of(cells: Cells) -> Shade {
        match (cells.correct, cells.not_correct) {
            (0, 0) => Shade::None,
            (_, 0) => Shade::Good,
            (0, _) => Shade::Bad,
            _ => Shade::Part,
        }
    }
}

/// A tick, a half or a cross in a square: shape tells, and colour too.
fn cell(cells: Cells) -> &'static str {
    match Shade::of(cells) {
        Shade::Good => {
            "<rect class=\"soft-good\" width=\"12\" height=\"12\" rx=\"2\"/><path class=\"stroke-good\" d=\"M3 6.5L5.3 9L9.3 3.5\"/>"
        }
        Shade::Part => {
            "<rect class=\"soft-part\" width=\"12\" height=\"12\" rx=\"2\"/><path class=\"fill-part\" d=\"M12 2V10a2 2 0 0 1-2 2H2Z\"/>"
        }
        Shade::Bad => {
            "<rect class=\"soft-bad\" width=\"12\" height=\"12\" rx=\"2\"/><path class=\"stroke-bad\" d=\"M3.5 3.5L8.5 8.5M8.5 3.5L3.5 8.5\"/>"
        }
        Shade::None => "<rect class=\"soft-none\" width=\"12\" height=\"12\" rx=\"2\"/>",
    }
}

fn words(cells: Cells) -> String {
    match cells.ran() {
        0 => "no cell".to_owned(),
        ran => format!("{} of {ran} cells right", cells.correct),
    }
}

fn told(row: &Row<'_>) -> String {
    let between = row.portability.between.values();
    let count = |wanted| {
        let shades = between.clone().map(|cells| Shade::of(*cells));
        shades.filter(|shade| *shade == wanted).count()
    };
    format!(
        "of {} pairs of kinds {} are right, {} partly, {} not",
        between.len(),
        count(Shade::Good),
        count(Shade::Part),
        count(Shade::Bad)
    )
}
