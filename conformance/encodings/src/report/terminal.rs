//! The comparison for people: a row an encoding.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::Comparison;
use crate::counted::OnTarget;
use crate::native::{Nanoseconds, TIMES};
use crate::spread::Spread;
use crate::values::DISTRIBUTIONS;
use crate::{Here, Row, Standing};
use kit::names::short;
use kit::words::{grouped, some};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const UNKNOWN: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();

/// The name of what the C library does.
pub(super) const STDIO: &str = "snprintf, sscanf";

/// The widths of name and family, which every line begins with.
const NAME: usize = 16;
const FAMILY: usize = 8;

/// The whole comparison, for a terminal `width` characters wide.
///
/// # Errors
/// Those of `out`.
pub fn write(comparison: &Comparison<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    heads(comparison, out)?;
    for row in comparison.rows {
        line(comparison, row, out)?;
    }
    baselines(comparison, out)?;
    if comparison.each_target {
        each_target(comparison, width, out)?;
    }
    writeln!(out)?;
    differences(comparison, out)?;
    troubles(comparison, out)?;
    legend(comparison, out)
}

fn heads(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    let counted = match comparison.targets().count() {
        0 => String::new(),
        1 => "instructions, 1 target".to_owned(),
        targets => format!("instructions, {targets} targets"),
    };
    let first = format!(
        "{:NAME$} {:FAMILY$} {:<15} {:>9} {:>9}  {:>15}  {counted:>23}",
        "", "", "portable", "request", "reply", "ns here"
    );
    let second = format!(
        "{:NAME$} {:FAMILY$} {:<15} {:>9} {:>9}  {:>7} {:>7}  {:>11} {:>11}",
        "encoding",
        "family",
        "cells right",
        "octets",
        "octets",
        "encode",
        "decode",
        "encode",
        "decode"
    );
    writeln!(out, "{STRONG}{}{STRONG:#}", first.trim_end())?;
    writeln!(out, "{STRONG}{second}{STRONG:#}")
}

fn line(comparison: &Comparison<'_>, row: &Row<'_>, out: &mut impl Write) -> fmt::Result {
    write!(
        out,
        "{:NAME$} {:FAMILY$} {}",
        row.encoding.name(),
        row.encoding.family().name(),
        portable(row)
    )?;
    match (row.standing(), row.published()) {
        (Standing::Wrong(_), _) => writeln!(out, "  {BAD}WRONG: no numbers{BAD:#}, see below"),
        (Standing::Trap(_), _) => writeln!(out, "  {UNKNOWN}a trap{UNKNOWN:#}: see below"),
        (Standing::Equal, None) => writeln!(out),
        (Standing::Equal, Some(here)) => {
            let across = comparison.across(row);
            let numbers = format!(
                "{}  {:>11} {:>11}",
                of_here(here),
                range(across.encode),
                range(across.decode)
            );
            writeln!(out, " {}", numbers.trim_end())
        }
    }
}

/// `yes   1681/1681`, 15 characters wide.
fn portable(row: &Row<'_>) -> String {
    let cells = row.portability.cells;
    let (style, word) = match row.portability.portable() {
        None => return format!("{:<15}", "not known"),
        Some(true) => (GOOD, "yes"),
        Some(false) => (BAD, "no"),
    };
    let count = format!("{}/{}", cells.correct, cells.ran());
    format!("{style}{word:<4}{style:#}{count:>11}")
}

fn of_here(here: &Here) -> String {
    let (request, reply) = match here.sizes {
        Some(sizes) => (octets(sizes.request), octets(sizes.reply)),
        None => ("-".to_owned(), "-".to_owned()),
    };
    format!("{request:>9} {reply:>9}  {}", nanoseconds(here.time))
}

/// The least, the median and the greatest; one number where they are the same.
fn octets(Spread { min, median, max }: Spread) -> String {
    if min == max {
        return min.to_string();
    }
    format!("{min} {median} {max}")
}

fn nanoseconds(time: Option<Nanoseconds>) -> String {
    match time {
        Some(Nanoseconds { encode, decode }) => format!("{encode:>7.1} {decode:>7.1}"),
        None => format!("{:>7} {:>7}", "-", "-"),
    }
}

/// The least and the greatest of the targets' medians.
fn range(spread: Option<Spread>) -> String {
    match spread {
        None => String::new(),
        Some(Spread { min, max, .. }) if min == max => min.to_string(),
        Some(Spread { min, max, .. }) => format!("{min}..{max}"),
    }
}

fn baselines(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    let octets = |row: &Row<'_>| row.published().map(of_here);
    let lines = comparison
        .baselines
        .iter()
        .filter_map(|row| Some((row.encoding.name(), octets(row)?)));
    for (name, numbers) in lines {
        writeln!(
            out,
            "{name:NAME$} {:FAMILY$} {:15} {numbers}",
            "baseline", ""
        )?;
    }
    if let Ok(time) = comparison.stdio {
        let numbers = format!(
            "{:>9} {:>9}  {}",
            "as text",
            "as text",
            nanoseconds(Some(time))
        );
        writeln!(
            out,
            "{STDIO:NAME$} {:FAMILY$} {:15} {numbers}",
            "baseline", ""
        )?;
    }
    Ok(())
}

/// Encode and decode on each target, in as many tables as the width asks for.
fn each_target(comparison: &Comparison<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    const COLUMN: usize = 15;
    let targets: Vec<_> = comparison.targets().collect();
    let per_band = (width.saturating_sub(NAME) / COLUMN).max(1);
    for band in targets.chunks(per_band) {
        let heads = band.iter().map(|target| {
            let kind = comparison.kind(target).map(|kind| kind.to_string());
            (short(target), kind.unwrap_or_default())
        });
        let columns = |texts: &mut dyn Iterator<Item = String>| {
            texts
                .map(|text| format!("{text:>COLUMN$}"))
                .collect::<String>()
        };
        let names = columns(&mut heads.clone().map(|(name, _)| name.to_owned()));
        let kinds = columns(&mut heads.map(|(_, kind)| kind));
        writeln!(out, "\n{STRONG}{:NAME$}{names}{STRONG:#}", "instructions")?;
        writeln!(out, "{STRONG}{:NAME$}{kinds}{STRONG:#}", "encode + decode")?;
        for row in comparison.rows {
            let cells = columns(&mut band.iter().map(|target| {
                let found = row.published_on(target);
                let pair = found.and_then(|found| found.encode.zip(found.decode));
                match pair {
                    Some((encode, decode)) => format!("{} + {}", encode.median, decode.median),
                    None => "-".to_owned(),
                }
            }));
            writeln!(out, "{:NAME$}{cells}", row.encoding.name())?;
        }
    }
    Ok(())
}

/// What was not equal, and what had no room.
fn differences(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    for row in comparison.rows.iter().chain(comparison.baselines) {
        let name = row.encoding.name();
        match row.standing() {
            Standing::Equal => {}
            Standing::Wrong(difference) => {
                writeln!(out, "{BAD}wrong{BAD:#}  {name}: {difference}")?;
            }
            Standing::Trap(difference) => {
                let trap = row.encoding.trap().unwrap_or_default();
                writeln!(
                    out,
                    "{UNKNOWN}trap{UNKNOWN:#}   {name}: {trap}; {difference}"
                )?;
            }
        }
        let here = row.published().map_or(0, |here| here.unrepresentable);
        if here > 0 {
            let all = grouped(comparison.values * DISTRIBUTIONS.len());
            writeln!(
                out,
                "room   {name}: this machine's struct has no room for {here} of {all} values"
            )?;
        }
        let on: Vec<_> = comparison
            .targets()
            .filter_map(|target| Some((short(target), row.published_on(target)?.unrepresentable)))
            .filter(|(_, unrepresentable)| *unrepresentable > 0)
            .collect();
        if let Some((_, most)) = on
            .iter()
            .max_by_key(|(_, unrepresentable)| *unrepresentable)
        {
            let names: Vec<_> = on.iter().map(|(target, _)| *target).collect();
            let all = comparison.values_counted * DISTRIBUTIONS.len();
            writeln!(
                out,
                "room   {name}: on {} the struct has no room for up to {most} of {all} values; costs are of the rest",
                names.join(", ")
            )?;
        }
    }
    Ok(())
}

/// Where nothing was counted, what could not be measured, which cells broke.
fn troubles(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    let mut reasons: BTreeMap<(bool, &str), Vec<&str>> = BTreeMap::new();
    for (target, on_target) in comparison.counted {
        let reason = match on_target {
            OnTarget::Counted { .. } => continue,
            OnTarget::Unsupported(why) => (false, why.as_str()),
            OnTarget::CouldNotRun(why) => (true, why.as_str()),
        };
        reasons.entry(reason).or_default().push(short(target));
    }
    for ((could_not_run, why), targets) in reasons {
        let targets = targets.join(", ");
        if could_not_run {
            writeln!(
                out,
                "{BAD}could not run{BAD:#}  {targets}: {}",
                why.replace('\n', "\n    ")
            )?;
        } else {
            writeln!(out, "unsupported  {targets}: {why}")?;
        }
    }
    if let Err(why) = &comparison.stdio {
        writeln!(out, "{BAD}could not run{BAD:#}  {STDIO}: {why}")?;
    }
    for row in comparison.rows {
        let name = row.encoding.name();
        let again = format!("`crossum matrix --encodings {name}` says which");
        if row.portability.broken > 0 {
            let cells = some(row.portability.broken, "cell");
            writeln!(
                out,
                "{BAD}BROKEN{BAD:#}  {name}: {cells} not as claimed; {again}"
            )?;
        }
        if row.portability.could_not_run > 0 {
            let cells = some(row.portability.could_not_run, "cell");
            writeln!(out, "{BAD}could not run{BAD:#}  {name}: {cells}; {again}")?;
        }
    }
    Ok(())
}

fn legend(comparison: &Comparison<'_>, out: &mut impl Write) -> fmt::Result {
    let all = comparison.values * DISTRIBUTIONS.len();
    let counted = comparison.values_counted * DISTRIBUTIONS.len();
    writeln!(
        out,
        "portable      the cells of the matrix that were right, of those there is a result for; {}",
        comparison.source.about()
    )?;
    writeln!(
        out,
        "octets        least, median and greatest of {} values; every one was encoded, decoded and found equal first",
        grouped(all)
    )?;
    writeln!(
        out,
        "ns            of a request and its reply, the quickest of {TIMES} times over all values: {}",
        super::worth()
    )?;
    if comparison.targets().next().is_some() {
        writeln!(
            out,
            "instructions  of the same, the median of {counted} values, least..greatest of {} ({} big-endian); what is called counts, too",
            some(comparison.targets().count(), "target"),
            comparison.big_endian()
        )?;
    }
    let names: Vec<_> = DISTRIBUTIONS
        .iter()
        .map(|distribution| distribution.name)
        .collect();
    writeln!(
        out,
        "values        {} each of {}; seed {} (--help says what they are)",
        grouped(comparison.values),
        names.join(", "),
        comparison.seed
    )
}
