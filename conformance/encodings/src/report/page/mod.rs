//! The comparison as a page: a picture of size against cost, the table with each encoding's strip of cells, and every target's counts.

mod strip;
mod table;
mod targets;

use maud::{Markup, html};

use super::plot::{Frame, Point, draw, mark};
use super::{Comparison, worth};
use crate::counted::OnTarget;
use crate::native::TIMES;
use crate::values::DISTRIBUTIONS;
use crate::{Row, RowStatus};
use kit::names::short;
use kit::words::grouped;

const WIDE: Frame = Frame {
    width: 1160.0,
    height: 560.0,
    names: true,
};

const NARROW: Frame = Frame {
    width: 360.0,
    height: 460.0,
    names: false,
};

/// Where there is no number.
const DASH: &str = "–";

/// The page.
pub fn page(comparison: &Comparison<'_>) -> String {
    let body = html! {
        (head(comparison))
        (picture(comparison))
        (table::table(comparison))
        (targets::each_target(comparison))
        (notes(comparison))
        (compilers(comparison))
    };
    kit::html::page("Encodings: size, cost, portability", &body)
}

fn head(comparison: &Comparison<'_>) -> Markup {
    let count = |wanted: Option<bool>| {
        let rows = comparison.rows.iter();
        rows.filter(|row| row.portability.portable() == wanted)
            .count()
    };
    let rows = comparison.rows.iter();
    let wrong = rows.filter(|row| matches!(row.status(), RowStatus::Wrong(_)));
    let wrong = wrong.count();
    html! {
        h1 { "Encodings: size, cost, portability" }
        p { "A request of two integers and its reply, a sum. Every value was encoded, decoded and found equal, here and on each target, before any number of its encoding was let onto this page." }
        ul.facts {
            li { b.good { (count(Some(true))) } "portable" }
            li { b.bad { (count(Some(false))) } "not portable" }
            @if count(None) > 0 {
                li { b.part { (count(None)) } "not known" }
            }
            @if wrong > 0 {
                li { b.bad { (wrong) } "wrong" }
            }
            li { b { (comparison.targets().count()) } "targets counted, " (comparison.big_endian()) " big-endian" }
            li { b { (grouped(comparison.values * DISTRIBUTIONS.len())) } "values" }
        }
    }
}

/// What each encoding is called in the narrow picture.
fn letters() -> impl Iterator<Item = char> {
    ('a'..='z').chain('A'..='Z').chain(std::iter::repeat('+'))
}

fn picture(comparison: &Comparison<'_>) -> Markup {
    let counted = comparison.targets().next().is_some();
    let (cost, caption) = match counted {
        true => (
            "instructions",
            "the median over all targets of what encoding and decoding both takes",
        ),
        false => (
            "nanoseconds here",
            "what encoding and decoding both takes on this machine",
        ),
    };
    let points: Vec<_> = comparison
        .rows
        .iter()
        .zip(letters())
        .filter_map(|(row, letter)| point(comparison, row, letter, counted))
        .collect();
    let title = format!("Octets against {cost}, a point an encoding");
    let kinds = [
        (Some(true), "portable"),
        (Some(false), "not portable"),
        (None, "not known"),
    ];
    let shown = |portable| points.iter().any(|point| point.portable == portable);
    html! {
        @if !points.is_empty() {
            h2 { "Size against cost" }
            figure {
                ul.legend {
                    @for (portable, word) in kinds.into_iter().filter(|(portable, _)| shown(*portable)) {
                        li {
                            svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true" { (mark(portable, 7.0, 7.0)) }
                            (word)
                        }
                    }
                }
                @for (class, frame) in [("wide", WIDE), ("narrow", NARROW)] {
                    div class={ "plot " (class) } { (draw(&points, frame, &title, cost)) }
                }
                figcaption {
                    "Upwards, on a logarithmic scale: " (caption) ". Points that would hide one another stand side by side. To the lower left is small and cheap; "
                    span.narrow { "the letters are those of the table, and " }
                    "each name leads to its row."
                }
            }
        }
    }
}

fn point<'a>(
    comparison: &Comparison<'_>,
    row: &'a Row<'a>,
    letter: char,
    counted: bool,
) -> Option<Point<'a>> {
    let here = row.published()?;
    let sizes = here.sizes?;
    let octets = sizes.request.median + sizes.reply.median;
    let (y, cost) = if counted {
        let median = comparison.across(row).both?.median;
        (
            number(median),
            format!("{} instructions", grouped_u64(median)),
        )
    } else {
        let both = here.time?.both();
        (both, format!("{both:.1} ns"))
    };
    let portable = row.portability.portable();
    let word = match portable {
        Some(true) => "portable",
        Some(false) => "not portable",
        None => "portable or not is not known",
    };
    let name = row.encoding.name();
    Some(Point {
        name,
        letter,
        x: number(octets),
        y,
        portable,
        description: format!("{name}: {octets} octets, {cost}, {word}"),
    })
}

/// As a number to draw with; what does not fit 32 bits is off every picture.
fn number(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn grouped_u64(number: u64) -> String {
    grouped(usize::try_from(number).unwrap_or(usize::MAX))
}

fn notes(comparison: &Comparison<'_>) -> Markup {
    html! {
        h2 { "What is measured" }
        ul {
            li { "Cells: " (comparison.source.about()) "." }
            li {
                "Values: " (grouped(comparison.values)) " of each distribution, of which the first "
                (comparison.values_counted) " on each target; seed " (comparison.seed) "."
            }
            li { "Nanoseconds: the quickest of " (TIMES) " times over all values, on the machine that wrote this page; " (worth()) "." }
            @for distribution in &DISTRIBUTIONS {
                li { strong { (distribution.name) } ": " (distribution.about) }
            }
            @for row in comparison.rows {
                @if let RowStatus::Trap(difference) = row.status() {
                    li { strong { (row.encoding.name()) } ", a trap: " (difference) }
                }
                @let rooms = without_room(comparison, row);
                @if !rooms.is_empty() {
                    li {
                        strong { (row.encoding.name()) }
                        ": values that the target's struct has no room for, and that its costs leave out: " (rooms.join(", "))
                    }
                }
            }
            @for (target, on_target) in comparison.counted {
                @match on_target {
                    OnTarget::Counted { .. } => {}
                    OnTarget::Unsupported(why) => li { strong { (short(target)) } ": unsupported: " (why) },
                    OnTarget::CouldNotRun(why) => li { strong { (short(target)) } ": could not run: " (why) },
                }
            }
        }
    }
}

/// On which targets the struct of an encoding has no room for how many values.
fn without_room(comparison: &Comparison<'_>, row: &Row<'_>) -> Vec<String> {
    let rooms = comparison.targets().filter_map(|target| {
        let lost = row.published_on(target)?.unrepresentable;
        (lost > 0).then(|| format!("{lost} on {}", short(target)))
    });
    rooms.collect()
}

fn compilers(comparison: &Comparison<'_>) -> Markup {
    let counted = comparison.counted.iter();
    let counted: Vec<_> = counted
        .filter_map(|(target, on_target)| match on_target {
            OnTarget::Counted {
                emulator, compiler, ..
            } => Some((target, emulator, compiler)),
            OnTarget::Unsupported(_) | OnTarget::CouldNotRun(_) => None,
        })
        .collect();
    html! {
        @if !counted.is_empty() {
            details {
                summary { "What compiled, and what counted" }
                ul {
                    @for (target, emulator, compiler) in counted {
                        li { (target) ": " (compiler) ", " (emulator) }
                    }
                }
            }
        }
    }
}
