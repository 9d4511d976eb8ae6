//! The table of the page: a row an encoding, and what they are compared with.

use maud::{Markup, html};

use super::{DASH, grouped_u64, letters, strip};
use crate::native::Nanoseconds;
use crate::report::plot::anchor;
use crate::report::{Comparison, STDIO};
use crate::spread::Spread;
use crate::{Here, Row, RowStatus};
use kit::words::some;

/// The heads of the columns, and whether they are of numbers.
const HEADS: [(&str, bool); 10] = [
    ("Encoding", false),
    ("Family", false),
    ("Portable, cells right", false),
    ("Between kinds of machines", false),
    ("Request, octets", true),
    ("Reply, octets", true),
    ("Encode, ns", true),
    ("Decode, ns", true),
    ("Encode, instr.", true),
    ("Decode, instr.", true),
];

pub(super) fn table(comparison: &Comparison<'_>) -> Markup {
    let targets = match comparison.targets().count() {
        0 => "no target counted".to_owned(),
        count => some(count, "target"),
    };
    let stdio = comparison.stdio.as_ref().ok();
    html! {
        h2 { "Encoding by encoding" }
        (strip::legend(comparison.rows))
        table.cards {
            caption {
                "Octets: least, median, greatest. Nanoseconds here and instructions (" (targets) ", least to greatest): of a request and its reply."
            }
            thead {
                tr {
                    @for (head, is_number) in HEADS {
                        th scope="col" class=[is_number.then_some("number")] { (head) }
                    }
                }
            }
            tbody {
                @for (row, letter) in comparison.rows.iter().zip(letters()) {
                    (encoding(comparison, row, letter))
                }
                @for row in comparison.baselines {
                    @let here = row.published();
                    @if let Some(time) = here.and_then(|here| here.time) {
                        @let sizes = here.and_then(|here| here.sizes);
                        (baseline(row.encoding.name(), sizes.map(|sizes| [sizes.request, sizes.reply]), time))
                    }
                }
                @if let Some(time) = stdio {
                    (baseline(STDIO, None, *time))
                }
            }
        }
    }
}

fn encoding(comparison: &Comparison<'_>, row: &Row<'_>, letter: char) -> Markup {
    let name = row.encoding.name();
    let cells = row.portability.cells;
    let (class, word) = match row.portability.portable() {
        Some(true) => ("good", "yes"),
        Some(false) => ("bad", "no"),
        None => ("part", "not known"),
    };
    html! {
        tr id=(anchor(name)) {
            th scope="row" { span.key { (letter) } (name) }
            td data-label="family" { (row.encoding.family().name()) }
            td.together data-label="portable, cells right" { strong class=(class) { (word) } " " (cells.correct) "/" (cells.ran()) }
            td.whole data-label="between kinds of machines" { (strip::strip(row)) }
            @match (row.status(), row.published()) {
                (RowStatus::Wrong(difference), _) => td.whole colspan="6" { strong.bad { "wrong: no numbers." } " " (difference) },
                (RowStatus::Trap(_), _) => td.whole colspan="6" {
                    strong.part { "a trap: no numbers." } " " (row.encoding.trap().unwrap_or_default())
                },
                (RowStatus::Equal, None) => {}
                (RowStatus::Equal, Some(here)) => (numbers(comparison, row, here)),
            }
        }
    }
}

/// The cells of an encoding that gave back every value.
fn numbers(comparison: &Comparison<'_>, row: &Row<'_>, here: &Here) -> Markup {
    let across = comparison.across(row);
    let octets = |spread: Option<Spread>| spread.map_or(html! { (DASH) }, three);
    let time = |of: fn(Nanoseconds) -> f64| {
        let time = here.time.map(of);
        let text = time.map_or(DASH.to_owned(), |time| format!("{time:.1}"));
        html! { (text) }
    };
    let request = here.sizes.map(|sizes| sizes.request);
    let reply = here.sizes.map(|sizes| sizes.reply);
    html! {
        @for (label, markup) in [
            ("request, octets", octets(request)),
            ("reply, octets", octets(reply)),
            ("encode, ns here", time(|time| time.encode)),
            ("decode, ns here", time(|time| time.decode)),
            ("encode, instructions", range(across.encode)),
            ("decode, instructions", range(across.decode)),
        ] {
            td.number data-label=(label) { (markup) }
        }
    }
}

fn three(Spread { min, median, max }: Spread) -> Markup {
    html! {
        @if min == max {
            (min)
        } @else {
            (min) " " strong { (median) } " " (max)
        }
    }
}

fn range(spread: Option<Spread>) -> Markup {
    html! {
        @match spread {
            None => (DASH),
            Some(Spread { min, max, .. }) if min == max => (grouped_u64(min)),
            Some(Spread { min, max, .. }) => { (grouped_u64(min)) (DASH) (grouped_u64(max)) }
        }
    }
}

fn baseline(name: &str, octets: Option<[Spread; 2]>, time: Nanoseconds) -> Markup {
    let as_text = || html! { "as text" };
    let [request, reply] = match octets {
        Some(octets) => octets.map(three),
        None => [as_text(), as_text()],
    };
    html! {
        tr {
            th scope="row" { span.key {} (name) }
            td.quiet.whole colspan="3" { "what the times are to be compared with" }
            td.number data-label="request, octets" { (request) }
            td.number data-label="reply, octets" { (reply) }
            td.number data-label="encode, ns here" { (format!("{:.1}", time.encode)) }
            td.number data-label="decode, ns here" { (format!("{:.1}", time.decode)) }
            td.wide colspan="2" {}
        }
    }
}
