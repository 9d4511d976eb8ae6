//! The comparison as a page: a picture of size against cost, the table with each encoding's strip of cells, and every target's counts.

use std::fmt::{self, Write};

use super::plot::{Frame, Point, anchor, draw, mark};
use super::terminal::STDIO;
use super::{Comparison, strip};
use crate::counted::OnTarget;
use crate::native::{Nanoseconds, TIMES};
use crate::spread::Spread;
use crate::values::DISTRIBUTIONS;
use crate::{Row, Standing};
use kit::html::{self, escape};
use kit::names::short;
use kit::words::{grouped, some};

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

/// The page.
///
/// # Errors
/// None that writing to a string has.
pub fn page(comparison: &Comparison<'_>) -> Result<String, fmt::Error> {
    let mut body = String::new();
    head(comparison, &mut body)?;
    picture(comparison, &mut body)?;
    table(comparison, &mut body)?;
    each_target(comparison, &mut body)?;
    notes(comparison, &mut body)?;
    Ok(html::page(
        "Encodings: size, cost, portability",
        &maud::PreEscaped(body),
    ))
}

fn head(comparison: &Comparison<'_>, out: &mut String) -> fmt::Result {
    let count = |wanted: Option<bool>| {
        let rows = comparison.rows.iter();
        rows.filter(|row| row.portability.portable() == wanted)
            .count()
    };
    let wrong = comparison
        .rows
        .iter()
        .filter(|row| matches!(row.standing(), Standing::Wrong(_)))
        .count();
    writeln!(
        out,
        "<h1>Encodings: size, cost, portability</h1>
<p>A request of two integers and its reply, a sum. Every value was encoded, decoded and found equal, here and on each target, before any number of its encoding was let onto this page.</p>
<ul class=\"facts\">
<li><b class=\"good\">{}</b>portable</li>
<li><b class=\"bad\">{}</b>not portable</li>",
        count(Some(true)),
        count(Some(false)),
    )?;
    if count(None) > 0 {
        writeln!(
            out,
            "<li><b class=\"part\">{}</b>not known</li>",
            count(None)
        )?;
    }
    if wrong > 0 {
        writeln!(out, "<li><b class=\"bad\">{wrong}</b>wrong</li>")?;
    }
    writeln!(
        out,
        "<li><b>{}</b>targets counted, {} big-endian</li>
<li><b>{}</b>values</li>
</ul>",
        comparison.targets().count(),
        comparison.big_endian(),
        grouped(comparison.values * DISTRIBUTIONS.len())
    )
}

fn letters() -> impl Iterator<Item = char> {
    ('a'..='z').chain('A'..='Z').chain(std::iter::repeat('+'))
}

fn picture(comparison: &Comparison<'_>, out: &mut String) -> fmt::Result {
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
    if points.is_empty() {
        return Ok(());
    }
    let title = format!("Octets against {cost}, a point an encoding");
    writeln!(out, "<h2>Size against cost</h2>\n<figure>")?;
    writeln!(out, "<ul class=\"legend\">")?;
    for (portable, word) in [
        (Some(true), "portable"),
        (Some(false), "not portable"),
        (None, "not known"),
    ] {
        if points.iter().any(|point| point.portable == portable) {
            writeln!(
                out,
                "<li><svg width=\"14\" height=\"14\" viewBox=\"0 0 14 14\" aria-hidden=\"true\">{}</svg>{word}</li>",
                mark(portable, 7.0, 7.0)
            )?;
        }
    }
    writeln!(out, "</ul>")?;
    for (class, frame) in [("wide", WIDE), ("narrow", NARROW)] {
        let svg = draw(&points, frame, &title, cost);
        writeln!(out, "<div class=\"plot {class}\">\n{svg}</div>")?;
    }
    writeln!(
        out,
        "<figcaption>Upwards, on a logarithmic scale: {caption}. Points that would hide one another stand side by side. To the lower left is small and cheap; <span class=\"narrow\">the letters are those of the table, and </span>each name leads to its row.</figcaption>\n</figure>"
    )
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
        told: format!("{name}: {octets} octets, {cost}, {word}"),
    })
}

/// As a number to draw with; what does not fit 32 bits is off every picture.
fn number(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn grouped_u64(number: u64) -> String {
    grouped(usize::try_from(number).unwrap_or(usize::MAX))
}

fn table(comparison: &Comparison<'_>, out: &mut String) -> fmt::Result {
    writeln!(out, "<h2>Encoding by encoding</h2>")?;
    strip::legend(comparison.rows, out)?;
    let targets = match comparison.targets().count() {
        0 => "no target counted".to_owned(),
        count => some(count, "target"),
    };
    writeln!(
        out,
        "<table class=\"cards\">
<caption>Octets: least, median, greatest. Nanoseconds here and instructions ({targets}, least to greatest): of a request and its reply.</caption>
<thead><tr><th scope=\"col\">Encoding</th><th scope=\"col\">Family</th><th scope=\"col\">Portable, cells right</th><th scope=\"col\">Between kinds of machines</th><th scope=\"col\" class=\"number\">Request, octets</th><th scope=\"col\" class=\"number\">Reply, octets</th><th scope=\"col\" class=\"number\">Encode, ns</th><th scope=\"col\" class=\"number\">Decode, ns</th><th scope=\"col\" class=\"number\">Encode, instr.</th><th scope=\"col\" class=\"number\">Decode, instr.</th></tr></thead>
<tbody>"
    )?;
    for (row, letter) in comparison.rows.iter().zip(letters()) {
        encoding(comparison, row, letter, out)?;
    }
    for row in comparison.baselines {
        let here = row.published();
        let octets = here.and_then(|here| here.sizes);
        baseline(
            row.encoding.name(),
            octets.map(|sizes| (sizes.request, sizes.reply)),
            here.and_then(|here| here.time),
            out,
        )?;
    }
    baseline(STDIO, None, comparison.stdio.as_ref().ok().copied(), out)?;
    writeln!(out, "</tbody>\n</table>")
}

fn encoding(
    comparison: &Comparison<'_>,
    row: &Row<'_>,
    letter: char,
    out: &mut String,
) -> fmt::Result {
    let name = row.encoding.name();
    let cells = row.portability.cells;
    let (class, word) = match row.portability.portable() {
        Some(true) => ("good", "yes"),
        Some(false) => ("bad", "no"),
        None => ("part", "not known"),
    };
    write!(
        out,
        "<tr id=\"{}\"><th scope=\"row\"><span class=\"key\">{letter}</span>{}</th><td data-label=\"family\">{}</td><td class=\"together\" data-label=\"portable, cells right\"><strong class=\"{class}\">{word}</strong> {}/{}</td><td class=\"whole\" data-label=\"between kinds of machines\">",
        anchor(name),
        escape(name),
        row.encoding.family().name(),
        cells.correct,
        cells.ran()
    )?;
    strip::draw(row, out)?;
    write!(out, "</td>")?;
    match (row.standing(), row.published()) {
        (Standing::Wrong(difference), _) => write!(
            out,
            "<td colspan=\"6\" class=\"whole\"><strong class=\"bad\">wrong: no numbers.</strong> {}</td>",
            escape(&difference.to_string())
        )?,
        (Standing::Trap(_), _) => write!(
            out,
            "<td colspan=\"6\" class=\"whole\"><strong class=\"part\">a trap: no numbers.</strong> {}</td>",
            escape(row.encoding.trap().unwrap_or_default())
        )?,
        (Standing::Equal, None) => {}
        (Standing::Equal, Some(here)) => {
            let across = comparison.across(row);
            let octets = |spread: Option<Spread>| spread.map_or(DASH.to_owned(), three);
            let time = |of: fn(Nanoseconds) -> f64| {
                let time = here.time.map(of);
                time.map_or(DASH.to_owned(), |time| format!("{time:.1}"))
            };
            for (label, text) in [
                (
                    "request, octets",
                    octets(here.sizes.map(|sizes| sizes.request)),
                ),
                ("reply, octets", octets(here.sizes.map(|sizes| sizes.reply))),
                ("encode, ns here", time(|time| time.encode)),
                ("decode, ns here", time(|time| time.decode)),
                ("encode, instructions", range(across.encode)),
                ("decode, instructions", range(across.decode)),
            ] {
                write!(
                    out,
                    "<td class=\"number\" data-label=\"{label}\">{text}</td>"
                )?;
            }
        }
    }
    writeln!(out, "</tr>")
}

const DASH: &str = "&#8211;";

fn three(Spread { min, median, max }: Spread) -> String {
    if min == max {
        min.to_string()
    } else {
        format!("{min} <strong>{median}</strong> {max}")
    }
}

fn range(spread: Option<Spread>) -> String {
    match spread {
        None => DASH.to_owned(),
        Some(Spread { min, max, .. }) if min == max => grouped_u64(min),
        Some(Spread { min, max, .. }) => {
            format!("{}{DASH}{}", grouped_u64(min), grouped_u64(max))
        }
    }
}

fn baseline(
    name: &str,
    octets: Option<(Spread, Spread)>,
    time: Option<Nanoseconds>,
    out: &mut String,
) -> fmt::Result {
    let Some(Nanoseconds { encode, decode }) = time else {
        return Ok(());
    };
    let (request, reply) = match octets {
        Some((request, reply)) => (three(request), three(reply)),
        None => ("as text".to_owned(), "as text".to_owned()),
    };
    writeln!(
        out,
        "<tr><th scope=\"row\"><span class=\"key\"></span>{}</th><td class=\"quiet whole\" colspan=\"3\">what the times are to be compared with</td><td class=\"number\" data-label=\"request, octets\">{request}</td><td class=\"number\" data-label=\"reply, octets\">{reply}</td><td class=\"number\" data-label=\"encode, ns here\">{encode:.1}</td><td class=\"number\" data-label=\"decode, ns here\">{decode:.1}</td><td class=\"wide\" colspan=\"2\"></td></tr>",
        escape(name)
    )
}

fn each_target(comparison: &Comparison<'_>, out: &mut String) -> fmt::Result {
    let targets: Vec<_> = comparison.targets().collect();
    if targets.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h2>Instructions on each target</h2>
<p class=\"quiet\">To encode + to decode a request and its reply: the median of {} values. Counted by QEMU from the call to the return; what is called counts, too: memcpy, malloc, the format's crate. The same program gives the same counts on every run and machine. They are no cycles.</p>
<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Instructions on each target\">
<table>
<thead><tr><th scope=\"col\">Encoding</th>",
        comparison.values_counted * DISTRIBUTIONS.len()
    )?;
    for target in &targets {
        let kind = comparison.kind(target).map(|kind| kind.to_string());
        write!(
            out,
            "<th scope=\"col\" class=\"number\">{}<br>{}</th>",
            escape(short(target)),
            kind.unwrap_or_default()
        )?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in comparison.rows {
        if row.published().is_none() {
            continue;
        }
        write!(
            out,
            "<tr><th scope=\"row\">{}</th>",
            escape(row.encoding.name())
        )?;
        for target in &targets {
            let found = row.published_on(target);
            let pair = found.and_then(|found| found.encode.zip(found.decode));
            let text = pair.map_or(DASH.to_owned(), |(encode, decode)| {
                format!(
                    "{} + {}",
                    grouped_u64(encode.median),
                    grouped_u64(decode.median)
                )
            });
            write!(out, "<td class=\"number\">{text}</td>")?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>")
}

fn notes(comparison: &Comparison<'_>, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "<h2>What is measured</h2>
<ul>
<li>Cells: {}.</li>
<li>Values: {} of each distribution, of which the first {} on each target; seed {}.</li>
<li>Nanoseconds: the quickest of {TIMES} times over all values, on the machine that wrote this page; {}.</li>",
        comparison.source.about(),
        grouped(comparison.values),
        comparison.values_counted,
        comparison.seed,
        super::worth(),
    )?;
    for distribution in &DISTRIBUTIONS {
        writeln!(
            out,
            "<li><strong>{}</strong>: {}</li>",
            distribution.name, distribution.about
        )?;
    }
    for row in comparison.rows {
        if let Standing::Trap(difference) = row.standing() {
            writeln!(
                out,
                "<li><strong>{}</strong>, a trap: {}</li>",
                escape(row.encoding.name()),
                escape(&difference.to_string())
            )?;
        }
        let rooms = comparison.targets().filter_map(|target| {
            let lost = row.published_on(target)?.unrepresentable;
            (lost > 0).then(|| format!("{lost} on {}", short(target)))
        });
        let rooms: Vec<_> = rooms.collect();
        if !rooms.is_empty() {
            writeln!(
                out,
                "<li><strong>{}</strong>: values that the target's struct has no room for, and that its costs leave out: {}</li>",
                escape(row.encoding.name()),
                escape(&rooms.join(", "))
            )?;
        }
    }
    for (target, on_target) in comparison.counted {
        let (word, why) = match on_target {
            OnTarget::Counted { .. } => continue,
            OnTarget::Unsupported(why) => ("unsupported", why),
            OnTarget::CouldNotRun(why) => ("could not run", why),
        };
        writeln!(
            out,
            "<li><strong>{}</strong>: {word}: {}</li>",
            escape(short(target)),
            escape(why)
        )?;
    }
    writeln!(out, "</ul>")?;
    let emulators = comparison.counted.iter().filter_map(|(target, on_target)| {
        let OnTarget::Counted {
            emulator, compiler, ..
        } = on_target
        else {
            return None;
        };
        Some((target, emulator, compiler))
    });
    let emulators: Vec<_> = emulators.collect();
    if emulators.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<details>\n<summary>What compiled, and what counted</summary>\n<ul>"
    )?;
    for (target, emulator, compiler) in emulators {
        writeln!(
            out,
            "<li>{}: {}, {}</li>",
            escape(target),
            escape(compiler),
            escape(emulator)
        )?;
    }
    writeln!(out, "</ul>\n</details>")
}
