//! The table of the page: a row an encoding.

use maud::{Markup, html};

use super::encoding_link;
use crate::report::{Line, Matrix, Tally};
use kit::words::{grouped, some};

pub(super) fn encodings(matrix: &Matrix<'_>, tally: &Tally) -> Markup {
    let (shown, blank): (Vec<_>, Vec<_>) = tally
        .encodings
        .iter()
        .partition(|line| line.ran() + line.could_not_run > 0);
    let blank: Vec<_> = blank.iter().map(|line| line.encoding.name()).collect();
    html! {
        h2 { "Encoding by encoding" }
        table.cards {
            caption { "Cells. Partly right: some of a cell's vectors came right, by luck. Hangs: both ends wait for ever." }
            thead {
                tr {
                    th scope="col" { "Encoding" }
                    th scope="col" { "Family" }
                    @for head in ["Cells", "Right", "Partly right", "Wrong", "Hangs", "Other"] {
                        th.number scope="col" { (head) }
                    }
                    th scope="col" { "Claim" }
                }
            }
            tbody {
                @for line in shown { (row(matrix, line)) }
            }
        }
        @if !blank.is_empty() {
            p.quiet { "No two participants here implement " (blank.join(", ")) "." }
        }
    }
}

fn row(matrix: &Matrix<'_>, line: &Line) -> Markup {
    html! {
        tr {
            th scope="row" { (encoding_link(line.encoding.name())) }
            td data-label="family" { (line.encoding.family().name()) }
            @for (label, number) in [
                ("cells", line.ran()),
                ("right", line.correct),
                ("partly right", line.lucky),
                ("wrong", line.wrong),
                ("hangs", line.starved),
                ("other", line.other),
            ] {
                // On a phone, where a row is a card, what there is none of is left out.
                @match number {
                    0 => td.number.wide data-label=(label) { "–" },
                    number => td.number data-label=(label) { (grouped(number)) },
                }
            }
            td.whole data-label="claim" { (claimed(matrix, line)) }
        }
    }
}

/// What is claimed of an encoding, and whether that held.
fn claimed(matrix: &Matrix<'_>, line: &Line) -> Markup {
    html! {
        (line.encoding.claim())
        @match (matrix.found, line.broken, line.ran()) {
            (None, _, _) | (_, _, 0) => {}
            (_, 0, _) => { ": " strong.good { "✓ held" } }
            (_, broken, _) => { ": " strong.bad { "✗ " (some(broken, "cell")) " broke" } }
        }
        @if line.could_not_run > 0 {
            ", " strong.bad { (some(line.could_not_run, "cell")) " could not run" }
        }
        @if let Some(trap) = line.encoding.trap() {
            br;
            span.quiet { "a trap: " (trap) }
        }
    }
}
