//! What was counted, target by target.

use maud::{Markup, html};

use super::{DASH, grouped_u64};
use crate::report::Comparison;
use crate::values::DISTRIBUTIONS;
use kit::names::short;

/// A row an encoding, a column a target; nothing where no target was counted.
pub(super) fn each_target(comparison: &Comparison<'_>) -> Markup {
    let targets: Vec<_> = comparison.targets().collect();
    let values = comparison.values_counted * DISTRIBUTIONS.len();
    let published = comparison.rows.iter();
    let published = published.filter(|row| row.published().is_some());
    html! {
        @if !targets.is_empty() {
            h2 { "Instructions on each target" }
            p.quiet {
                "To encode + to decode a request and its reply: the median of " (values) " values. Counted by QEMU from the call to the return; what is called counts, too: memcpy, malloc, the format's crate. The same program gives the same counts on every run and machine. They are no cycles."
            }
            div.scroll tabindex="0" role="region" aria-label="Instructions on each target" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Encoding" }
                            @for target in &targets {
                                th.number scope="col" {
                                    (short(target)) br;
                                    @if let Some(kind) = comparison.kind(target) { (kind) }
                                }
                            }
                        }
                    }
                    tbody {
                        @for row in published {
                            tr {
                                th scope="row" { (row.encoding.name()) }
                                @for target in &targets {
                                    @let found = row.published_on(target);
                                    td.number {
                                        @match found.and_then(|found| found.encode.zip(found.decode)) {
                                            None => (DASH),
                                            Some((encode, decode)) => { (grouped_u64(encode.median)) " + " (grouped_u64(decode.median)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
