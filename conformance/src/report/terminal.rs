//! The report for people: the matrix at a glance, a line an encoding, the claims, and what went wrong.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{Line, Matrix, Tally, grid, hex};
use crate::claims;
use crate::judged::Judged;
use crate::predict::Cause;
use crate::verdict::Verdict;

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const STRONG: Style = Style::new().bold();

/// Up to so many cells are shown vector by vector.
const SHOWN_WHOLE: usize = 4;

/// Of what went wrong, so many are shown.
const SHOWN_TROUBLES: usize = 12;

/// The whole report, for a terminal `width` characters wide.
///
/// # Errors
/// Those of `out`.
pub fn write(matrix: &Matrix<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    let tally = Tally::of(matrix);
    if matrix.judged.len() <= SHOWN_WHOLE {
        for judged in matrix.judged {
            whole(matrix, judged, out)?;
        }
    } else {
        grid::draw(matrix, width, out)?;
    }
    writeln!(out)?;
    encodings(matrix, &tally, out)?;
    left_out(matrix, out)?;
    broken(matrix, out)?;
    if matrix.judged.len() > SHOWN_WHOLE {
        could_not_run(matrix, out)?;
    }
    if !matrix.claims.is_empty() {
        writeln!(out)?;
    }
    for claim in matrix.claims {
        let (style, word) = if claim.held {
            (GOOD, "holds")
        } else {
            (BAD, "FAILS")
        };
        let except = match claim.except.as_slice() {
            [] => String::new(),
            names => format!(", but for the traps {}", names.join(" and ")),
        };
        let tried = grouped(claim.tried);
        writeln!(
            out,
            "{style}{word}{style:#}  {}{except} ({tried} tried)",
            claim.claim
        )?;
    }
    figures(matrix, &tally, out)
}

/// One cell, vector by vector.
fn whole(matrix: &Matrix<'_>, judged: &Judged, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "{STRONG}{}{STRONG:#}", judged.cell)?;
    if let Some(why) = judged.trouble() {
        return writeln!(out, "  could not run: {why}\n");
    }
    let mut rows = vec![["a", "b", "predicted", "observed", "sent", "received"].map(str::to_owned)];
    let mut exchanges = judged.exchanges().iter();
    for (vector, expected) in matrix.vectors.iter().zip(&judged.expected.vectors) {
        let prediction = &expected.prediction;
        let exchange = exchanges.next();
        let (sent, received) = exchange.map_or((&prediction.sent, &prediction.received), |seen| {
            (&seen.sent, &seen.received)
        });
        let observed = match exchange {
            None => "-".to_owned(),
            Some(exchange) if expected.predicted(exchange) => exchange.outcome.to_string(),
            Some(exchange) => format!("{} !", exchange.outcome),
        };
        rows.push([
            vector.a.to_string(),
            vector.b.to_string(),
            prediction.outcome.to_string(),
            observed,
            hex(sent),
            hex(received),
        ]);
    }
    let mut widths = [0; 6];
    for row in &rows {
        for (width, field) in widths.iter_mut().zip(row) {
            *width = field.len().max(*width);
        }
    }
    for row in rows {
        let line: Vec<_> = row
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(column, (field, width))| match column {
                // Numbers to the right, octets to the left.
                0..4 => format!("{field:>width$}"),
                _ => format!("{field:<width$}"),
            })
            .collect();
        writeln!(out, "  {}", line.join("  ").trim_end())?;
    }
    if !judged.expected.causes.is_empty() {
        writeln!(out, "  because of: {}", causes(&judged.expected.causes))?;
    }
    writeln!(out)
}

fn causes(causes: &[Cause]) -> String {
    causes
        .iter()
        .map(Cause::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn encodings(matrix: &Matrix<'_>, tally: &Tally, out: &mut impl Write) -> fmt::Result {
    writeln!(
        out,
        "{STRONG}{:<15} {:<8} {:>6} {:>8} {:>6} {:>6} {:>6} {:>6}  claim{STRONG:#}",
        "encoding", "family", "cells", "correct", "lucky", "wrong", "hangs", "other"
    )?;
    let (shown, blank): (Vec<_>, Vec<_>) = tally
        .encodings
        .iter()
        .partition(|line| line.ran() + line.could_not_run > 0);
    for line in shown {
        let dash = |count: usize| {
            if count == 0 {
                "-".to_owned()
            } else {
                count.to_string()
            }
        };
        write!(
            out,
            "{:<15} {:<8} {:>6} {:>8} {:>6} {:>6} {:>6} {:>6}  {}",
            line.encoding.name(),
            line.encoding.family().name(),
            line.ran(),
            dash(line.correct),
            dash(line.lucky),
            dash(line.wrong),
            dash(line.starved),
            dash(line.other),
            claims::in_a_word(line.encoding),
        )?;
        writeln!(out, "{}", standing(matrix, line))?;
    }
    if tally.encodings.iter().any(|line| line.lucky > 0) {
        writeln!(out, "lucky: some vectors right, some wrong")?;
    }
    if !blank.is_empty() {
        let names: Vec<_> = blank.iter().map(|line| line.encoding.name()).collect();
        writeln!(
            out,
            "no two participants here implement {}",
            names.join(", ")
        )?;
    }
    Ok(())
}

/// How an encoding's claim stands.
fn standing(matrix: &Matrix<'_>, line: &Line) -> String {
    let style = if line.broken > 0 { BAD } else { GOOD };
    let mut standing = match (matrix.results, line.broken, line.ran()) {
        (None, _, _) | (_, _, 0) => String::new(),
        (_, 0, _) => format!(": {style}held{style:#}"),
        (_, broken, _) => format!(": {style}{broken} cells BROKEN{style:#}"),
    };
    if let Some(trap) = line.encoding.trap() {
        let _ = write!(standing, " (a trap: {trap})");
    }
    if line.could_not_run > 0 {
        let _ = write!(standing, ", {} could not run", line.could_not_run);
    }
    standing
}

fn left_out(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    if matrix.roles.left_out.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{STRONG}not in this matrix{STRONG:#}")?;
    let mut by_target: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for left in &matrix.roles.left_out {
        by_target
            .entry((&left.id.target, &left.why))
            .or_default()
            .push(&left.id.implementation);
    }
    for ((target, why), implementations) in by_target {
        writeln!(out, "  {target}: {}: {why}", implementations.join(", "))?;
    }
    Ok(())
}

/// What broke, each with the command that runs it again.
fn broken(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    let broken: Vec<_> = matrix
        .judged
        .iter()
        .filter(|judged| judged.verdict == Some(Verdict::Broken))
        .collect();
    if !broken.is_empty() {
        writeln!(out, "\n{BAD}not as predicted{BAD:#}")?;
    }
    for judged in broken.iter().take(SHOWN_TROUBLES) {
        writeln!(out, "  {}", judged.cell)?;
        let mut pairs = judged
            .exchanges()
            .iter()
            .zip(&judged.expected.vectors)
            .zip(matrix.vectors);
        if let Some(((exchange, expected), vector)) =
            pairs.find(|((exchange, expected), _)| !expected.predicted(exchange))
        {
            writeln!(
                out,
                "    {} {}: predicted {}, observed {}",
                vector.a, vector.b, expected.prediction.outcome, exchange.outcome
            )?;
            if exchange.outcome == expected.prediction.outcome {
                let (predicted, observed) = (&expected.prediction, exchange);
                writeln!(
                    out,
                    "    octets predicted {} / {}",
                    hex(&predicted.sent),
                    hex(&predicted.received)
                )?;
                writeln!(
                    out,
                    "    octets observed  {} / {}",
                    hex(&observed.sent),
                    hex(&observed.received)
                )?;
            }
        }
        writeln!(out, "    again: {}", matrix.rerun(&judged.cell))?;
    }
    more(broken.len(), out)
}

/// What could not run, by reason.
fn could_not_run(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    let mut reasons: BTreeMap<&str, (usize, &Judged)> = BTreeMap::new();
    for judged in matrix.judged {
        if let Some(why) = judged.trouble() {
            reasons.entry(why).or_insert((0, judged)).0 += 1;
        }
    }
    if !reasons.is_empty() {
        writeln!(out, "\n{BAD}could not run{BAD:#}")?;
    }
    for (why, (cells, first)) in reasons.iter().take(SHOWN_TROUBLES) {
        writeln!(
            out,
            "  {cells} cells, such as {}:\n    {}",
            first.cell,
            why.replace('\n', "\n    ")
        )?;
    }
    more(reasons.len(), out)
}

fn more(all: usize, out: &mut impl Write) -> fmt::Result {
    match all.checked_sub(SHOWN_TROUBLES) {
        None | Some(0) => Ok(()),
        Some(more) => writeln!(out, "  and {more} more (--json has them all)"),
    }
}

fn figures(matrix: &Matrix<'_>, tally: &Tally, out: &mut impl Write) -> fmt::Result {
    let ran = if matrix.results.is_some() {
        "ran"
    } else {
        "predicted"
    };
    writeln!(
        out,
        "\n{} on {} ({} big-endian); {} {ran}, {} unsupported, {} could not run",
        some(matrix.roles.all.len(), "participant"),
        some(tally.targets, "target"),
        tally.big_endian_targets,
        some(tally.ran(), "cell"),
        grouped(tally.unsupported),
        grouped(tally.could_not_run),
    )?;
    let Some(results) = matrix.results else {
        return writeln!(out, "predicted from the ABI model alone: nothing was run");
    };
    let style = if tally.mismatched == 0 { GOOD } else { BAD };
    writeln!(
        out,
        "{}: {style}{} as predicted, {} not{style:#}",
        some(tally.vectors, "exchange"),
        grouped(tally.predicted),
        grouped(tally.mismatched)
    )?;
    let (seconds, processes) = (results.seconds, results.processes);
    writeln!(
        out,
        "build {:.1} s ({} processes), proof {:.1} s ({}), run {:.1} s ({})",
        seconds.build, processes.build, seconds.prove, processes.prove, seconds.run, processes.run
    )?;
    if let (Some(ratio), Some(sampled)) = (matrix.two_processes_a_cell(tally), results.sample) {
        writeln!(
            out,
            "two processes a cell would take {ratio:.1} times as long as this run ({} cells measured in {:.1} s)",
            sampled.cells, sampled.seconds
        )?;
    }
    if matrix.interrupted {
        writeln!(
            out,
            "{BAD}interrupted: what was not finished by then could not run{BAD:#}"
        )?;
    }
    Ok(())
}

/// So many of something.
pub(super) fn some(number: usize, what: &str) -> String {
    format!(
        "{} {what}{}",
        grouped(number),
        if number == 1 { "" } else { "s" }
    )
}

/// A number with its thousands apart.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
