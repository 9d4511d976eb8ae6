//! The strip of an encoding: a cell for each pair of kinds of machines, all right, some right, or none.

use maud::{Markup, html};

use crate::Row;
use matrix::portability::{Cells, KINDS};

const CELL: usize = 14;
const GAP: usize = 6;

/// In a group the clients are of one kind, and the servers are of all four.
pub(super) fn strip(row: &Row<'_>) -> Markup {
    let group = KINDS.len() * CELL + GAP;
    let (width, height) = (KINDS.len() * group - GAP + 2, CELL + 2);
    let viewed = format!("-1 -1 {width} {height}");
    html! {
        svg width=(width) height=(height) viewBox=(viewed) role="img" aria-label=(description(row)) {
            @for (at, client) in KINDS.iter().enumerate() {
                @for (on, server) in KINDS.iter().enumerate() {
                    @let cells = row.portability.between.get(&(*server, *client)).copied().unwrap_or_default();
                    g transform={ "translate(" (at * group + on * CELL) " 0)" } {
                        title { (server) " serves, " (client) " asks: " (words(cells)) }
                        (cell(Shade::of(cells)))
                    }
                }
            }
        }
    }
}

/// What the strip's cells are, and where machines stand in it.
pub(super) fn legend(rows: &[Row<'_>]) -> Markup {
    let kinds: Vec<_> = KINDS.iter().map(ToString::to_string).collect();
    let all = rows.iter().flat_map(|row| row.portability.between.values());
    let shown: Vec<_> = all.map(|cells| Shade::of(*cells)).collect();
    let shades = [
        (Shade::Good, "every cell right"),
        (Shade::Part, "some right"),
        (Shade::Bad, "none right"),
    ];
    html! {
        p {
            "The strip: four groups, in each the client is of one kind, and the servers are of all four, in the same order: "
            (kinds.join(", ")) ". BE32 is big-endian with a " code { "long" } " of 32 bits."
        }
        ul.legend {
            @for (shade, word) in shades.into_iter().filter(|(shade, _)| shown.contains(shade)) {
                li {
                    svg width="16" height="16" viewBox="-1 -1 16 16" aria-hidden="true" { (cell(shade)) }
                    (word)
                }
            }
        }
    }
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
fn cell(shade: Shade) -> Markup {
    let (square, shape) = match shade {
        Shade::Good => ("soft-good", Some(("stroke-good", "M3 6.5L5.3 9L9.3 3.5"))),
        Shade::Part => (
            "soft-part",
            Some(("fill-part", "M12 2V10a2 2 0 0 1-2 2H2Z")),
        ),
        Shade::Bad => (
            "soft-bad",
            Some(("stroke-bad", "M3.5 3.5L8.5 8.5M8.5 3.5L3.5 8.5")),
        ),
        Shade::None => ("soft-none", None),
    };
    html! {
        rect class=(square) width="12" height="12" rx="2" {}
        @if let Some((class, path)) = shape {
            path class=(class) d=(path) {}
        }
    }
}

fn words(cells: Cells) -> String {
    match cells.ran() {
        0 => "no cell".to_owned(),
        ran => format!("{} of {ran} cells right", cells.correct),
    }
}

/// The strip for who cannot see it.
fn description(row: &Row<'_>) -> String {
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
