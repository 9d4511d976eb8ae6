//! Who took part, who did not, and what compiled and ran them.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::portability::Kind;
use crate::report::Matrix;
use kit::words::some;

pub(super) fn participants(matrix: &Matrix<'_>) -> Markup {
    html! {
        details {
            summary { (some(matrix.roles.all.len(), "participant")) ": compilers and runners" }
            div.scroll tabindex="0" role="region" aria-label="Participants" {
                table {
                    thead {
                        tr {
                            @for head in ["Participant", "ABI", "Kind", "Compiler", "Runner", "In trouble"] {
                                th scope="col" { (head) }
                            }
                        }
                    }
                    tbody {
                        @for participant in &matrix.roles.all {
                            @let known = matrix.found.and_then(|found| found.known.get(&participant.id));
                            @let word = |text: Option<&String>| text.cloned().unwrap_or_default();
                            @let abi = &participant.target.abi;
                            tr {
                                th scope="row" { (participant.id) }
                                td { (abi) }
                                td { @if let Some(abi) = matrix.abis.get(abi) { (Kind::of(abi)) } }
                                td { (word(known.and_then(|known| known.compiler.as_ref()))) }
                                td { (word(known.and_then(|known| known.runner.as_ref()))) }
                                td { (word(known.and_then(|known| known.trouble.as_ref()))) }
                            }
                        }
                    }
                }
            }
            (left_out(matrix))
        }
    }
}

/// Those with the same reason together.
fn left_out(matrix: &Matrix<'_>) -> Markup {
    let mut by_why: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for left in &matrix.roles.left_out {
        let those = by_why.entry(&left.why).or_default();
        those.push(left.id.to_string());
    }
    html! {
        @if !by_why.is_empty() {
            p { "Not in this matrix:" }
            ul {
                @for (why, ids) in by_why { li { (ids.join(", ")) ": " (why) } }
            }
        }
    }
}
