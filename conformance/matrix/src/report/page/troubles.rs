//! What went wrong: why cells of a user's own encodings break, which cells broke, and which could not run.

use maud::{Markup, html};

use super::cell_link;
use crate::report::{Matrix, evidence, explained};
use kit::words::{grouped, some};

/// Of what broke, and of why something could not run, so many are listed above the cells.
const MAX_LISTED: usize = 25;

/// Why cells of the user's own encodings are not right.
pub(super) fn because(matrix: &Matrix<'_>) -> Markup {
    html! {
        @if !matrix.explained.is_empty() {
            h2 { "Why" }
            ul.troubles {
                @for lines in matrix.explained.iter().map(explained::lines) {
                    @if let [first, rest @ ..] = lines.as_slice() {
                        li {
                            (first)
                            @if !rest.is_empty() {
                                ul {
                                    @for line in rest { li { (line) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What broke, each with the command that runs it again.
pub(super) fn broken(matrix: &Matrix<'_>) -> Markup {
    let cells = evidence::broken(matrix).count();
    let kinds = evidence::kinds(matrix);
    html! {
        @if cells > 0 {
            h2.bad { "Not as claimed: " (some(cells, "cell")) }
            ul.troubles {
                @for kind in kinds.iter().take(MAX_LISTED) {
                    @if let Some(judged) = kind.first() {
                        li {
                            (evidence::such_as(kind)) (cell_link(&judged.cell))
                            pre { (evidence::of(matrix, judged).join("\n")) }
                            code.command { (matrix.rerun(&judged.cell)) }
                        }
                    }
                }
            }
            (more(kinds.len(), "kinds"))
        }
    }
}

/// What could not run, by reason.
pub(super) fn could_not_run(matrix: &Matrix<'_>) -> Markup {
    let reasons = evidence::reasons(matrix);
    let cells = reasons.values().map(Vec::len).sum();
    html! {
        @if !reasons.is_empty() {
            h2.bad { "Could not run: " (some(cells, "cell")) }
            ul.troubles {
                @for (why, cells) in reasons.iter().take(MAX_LISTED) {
                    @if let Some(first) = cells.first() {
                        li {
                            (some(cells.len(), "cell")) ", such as " (cell_link(&first.cell))
                            pre { (why) }
                            code.command { (matrix.rerun(&first.cell)) }
                        }
                    }
                }
            }
            (more(reasons.len(), "reasons"))
        }
    }
}

fn more(all: usize, what: &str) -> Markup {
    let more = all.saturating_sub(MAX_LISTED);
    html! {
        @if more > 0 {
            p.quiet { "and " (grouped(more)) " more " (what) ", among the cells below." }
        }
    }
}
