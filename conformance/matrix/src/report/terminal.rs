//! The report for people: the matrix at a glance, a line an encoding, the claims, and what went wrong.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::Style;

use super::{Line, Matrix, Tally, evidence, explained, grid};
use crate::cause::Cause;
use crate::judged::JudgedCell;
use crate::protocol::{Field, Value, Vector};
use kit::style::{BAD, GOOD, STRONG};
use kit::table::{Cell, Table, left, right, sentences};
use kit::words::{grouped, hex, some};

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
            whole(matrix, judged, width, out)?;
        }
    } else {
        grid::draw(matrix, width, out)?;
    }
    writeln!(out)?;
    encodings(matrix, &tally, width, out)?;
    left_out(matrix, out)?;
    because(matrix, out)?;
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
            names => format!(", but for the traps {}", names.join(", ")),
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
fn whole(
    matrix: &Matrix<'_>,
    judged: &JudgedCell,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    writeln!(out, "{STRONG}{}{STRONG:#}", judged.cell)?;
    if let Some(why) = judged.trouble() {
        return writeln!(out, "  could not run: {why}\n");
    }
    let vectors = matrix.protocol.vectors();
    let fields = vectors.first().map(Vector::fields).unwrap_or_default();
    let due = match matrix.protocol.is_modelled() {
        true => "predicted",
        false => "promised",
    };
    // Where numbers are asked, numbers are answered.
    let is_number = |field: &Field| matches!(field.value, Value::Number(_));
    let numbers = fields.iter().all(is_number);
    let column = |head: &str| match numbers {
        true => right(head),
        false => left(head),
    };
    let heads = fields
        .iter()
        .map(|field| field.name)
        .chain([due, "observed"]);
    let columns = heads.map(column).chain(["sent", "received"].map(left));
    let mut table = Table::new(columns).indented(2);
    let mut exchanges = judged.exchanges().iter();
    for (vector, expected) in vectors.iter().zip(&judged.expected.vectors) {
        let exchange = exchanges.next();
        let prediction = expected.prediction.as_ref();
        let (sent, received) = match (exchange, prediction) {
            (Some(seen), _) => (&*seen.sent, &*seen.received),
            (None, Some(prediction)) => (&*prediction.sent, &*prediction.received),
            (None, None) => (&[][..], &[][..]),
        };
        let surprise = exchange.is_some_and(|exchange| match expected.predicted(exchange) {
            Some(predicted) => !predicted,
            None => !expected.kept(exchange),
        });
        let observed = match exchange {
            None => "-".to_owned(),
            Some(exchange) if surprise => format!("{} !", exchange.outcome),
            Some(exchange) => exchange.outcome.to_string(),
        };
        let due = prediction.map_or(&expected.promised, |prediction| &prediction.outcome);
        let asked = vector.fields().iter().map(|field| field.value.to_string());
        let rest = [due.to_string(), observed, hex(sent), hex(received)];
        table.row(asked.chain(rest).map(Cell::from));
    }
    table.write(width, out)?;
    if !judged.causes().is_empty() {
        writeln!(out, "  because of: {}", causes(judged.causes()))?;
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

fn encodings(
    matrix: &Matrix<'_>,
    tally: &Tally,
    width: usize,
    out: &mut impl Write,
) -> fmt::Result {
    let mut table = Table::new([
        left("encoding"),
        left("family"),
        right("cells"),
        right("correct"),
        right("lucky"),
        right("wrong"),
        right("hangs"),
        right("other"),
        sentences("claim"),
    ]);
    let (shown, blank): (Vec<_>, Vec<_>) = tally
        .encodings
        .iter()
        .partition(|line| line.ran() + line.could_not_run > 0);
    let dash = |count: usize| match count {
        0 => Cell::from("-"),
        count => count.into(),
    };
    for line in shown {
        table.row([
            line.encoding.name().into(),
            line.encoding.family().name().into(),
            line.ran().into(),
            dash(line.correct),
            dash(line.lucky),
            dash(line.wrong),
            dash(line.starved),
            dash(line.other),
            claimed(matrix, line),
        ]);
    }
    table.write(width, out)?;
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

/// What is claimed of an encoding, and whether that held.
fn claimed(matrix: &Matrix<'_>, line: &Line) -> Cell {
    let plain = Style::new();
    let mut cell = Cell::from(line.encoding.claim());
    cell = match (matrix.found, line.broken, line.ran()) {
        (None, _, _) | (_, _, 0) => cell,
        (_, 0, _) => cell.and(plain, ": ").and(GOOD, "held"),
        (_, broken, _) => {
            let broken = format!("{} BROKEN", some(broken, "cell"));
            cell.and(plain, ": ").and(BAD, broken)
        }
    };
    if let Some(trap) = line.encoding.trap() {
        cell = cell.and(plain, format!(" (a trap: {trap})"));
    }
    if line.could_not_run > 0 {
        cell = cell.and(plain, format!(", {} could not run", line.could_not_run));
    }
    cell
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

/// Why cells of the user's own encodings are not correct.
fn because(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    if !matrix.explained.is_empty() {
        writeln!(out, "\n{STRONG}why{STRONG:#}")?;
    }
    for explained in matrix.explained {
        let lines = explained::lines(explained);
        writeln!(out, "  {}", lines.join("\n    "))?;
    }
    Ok(())
}

/// What broke, each with the command that runs it again.
fn broken(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    let kinds = evidence::kinds(matrix);
    if !kinds.is_empty() {
        let title = matrix.unlike();
        writeln!(out, "\n{BAD}{title}{BAD:#}")?;
    }
    for kind in kinds.iter().take(SHOWN_TROUBLES) {
        let Some(judged) = kind.first() else {
            continue;
        };
        writeln!(out, "  {}{}", evidence::such_as(kind), judged.cell)?;
        for line in evidence::of(matrix, judged) {
            writeln!(out, "    {line}")?;
        }
        writeln!(out, "    again: {}", matrix.rerun(&judged.cell))?;
    }
    more(kinds.len(), out)
}

/// What could not run, by reason.
fn could_not_run(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    let reasons = evidence::reasons(matrix);
    if !reasons.is_empty() {
        writeln!(out, "\n{BAD}could not run{BAD:#}")?;
    }
    for (why, cells) in reasons.iter().take(SHOWN_TROUBLES) {
        if let Some(first) = cells.first() {
            writeln!(
                out,
                "  {} cells, such as {}:\n    {}",
                cells.len(),
                first.cell,
                why.replace('\n', "\n    ")
            )?;
        }
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
    let ran = if matrix.found.is_some() {
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
    let Some(found) = matrix.found else {
        return writeln!(out, "predicted from the ABI model alone: nothing was run");
    };
    let exchanges = some(tally.vectors, "exchange");
    match (tally.predicted, tally.mismatched) {
        // Of a protocol of one's own nothing is predicted.
        (0, 0) => writeln!(out, "{exchanges}")?,
        (predicted, mismatched) => {
            let style = if mismatched == 0 { GOOD } else { BAD };
            writeln!(
                out,
                "{exchanges}: {style}{} as predicted, {} not{style:#}",
                grouped(predicted),
                grouped(mismatched)
            )?;
        }
    }
    let measured = &found.measured;
    let seconds = measured.seconds;
    writeln!(
        out,
        "build {:.1} s ({} processes), proof {:.1} s ({}), run {:.1} s ({})",
        seconds.build,
        measured.processes_build,
        seconds.prove,
        measured.processes_prove,
        seconds.run,
        measured.processes_run
    )?;
    if let (Some(ratio), Some(sample)) = (measured.two_processes_a_cell, measured.sample) {
        writeln!(
            out,
            "two processes a cell would take {ratio:.1} times as long as this run ({} cells measured in {:.1} s)",
            sample.cells, sample.seconds
        )?;
    }
    if let Some(shard) = matrix.shard {
        writeln!(
            out,
            "shard {shard} of the matrix: `crossum merge` puts the reports of all {} together",
            shard.of
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
