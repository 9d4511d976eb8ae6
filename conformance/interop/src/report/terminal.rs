//! The report on implementations by others, for people.

use std::fmt::{self, Write};

use anstyle::Style;
use kit::lines::printable;
use kit::style::{BAD, GOOD, STRONG, UNKNOWN};
use kit::table::{Cell, Table, left, right};
use kit::words::{hex, some};

use super::Interop;
use crate::compare::{Compared, Difference, Side, Tally};
use crate::implementation::Implementation;
use crate::run::{Tried, Verdict};

/// The implementations that there are.
///
/// # Errors
/// Those of `out`.
pub fn list(all: &[Implementation], width: usize, out: &mut impl Write) -> fmt::Result {
    let mut table = Table::new([
        left("encoding"),
        left("implementation"),
        left("language"),
        left("brought"),
    ]);
    for one in all {
        let brought = match one.packages.as_slice() {
            [] if one.debian.is_empty() => "nothing: it is in the language".to_owned(),
            [] => format!("nothing: needs {}", one.debian.join(", ")),
            packages => packages.join(" "),
        };
        let cells = [&one.encoding, &one.name, one.language.name(), &brought];
        table.row(cells.map(Cell::from));
    }
    table.write(width, out)
}

/// What came of each, and below the table what differs.
///
/// # Errors
/// Those of `out`.
pub fn write(interop: &Interop<'_>, width: usize, out: &mut impl Write) -> fmt::Result {
    table(interop.tried).write(width, out)?;
    writeln!(out)?;
    for tried in interop.tried {
        one(tried, out)?;
    }
    let count = |verdicts: &[Verdict]| {
        let all = interop.tried.iter();
        all.filter(|one| verdicts.contains(&one.verdict())).count()
    };
    writeln!(
        out,
        "{}, {} each (seed {}), their replies and every refusal: {} agree, {} differ as known, {} not as expected, {} could not run",
        some(interop.tried.len(), "implementation"),
        some(interop.requests, "request"),
        interop.seed,
        count(&[Verdict::Agrees]),
        count(&[Verdict::AsKnown]),
        count(&[Verdict::Differs, Verdict::Mended]),
        count(&[Verdict::CouldNotRun]),
    )
}

/// A row each: what was read and written, and how much of what it wrote has our octets.
fn table(tried: &[Tried]) -> Table {
    let mut table = Table::new([
        left("\nencoding"),
        left("\nimplementation"),
        right("requests\nread"),
        right("requests\nwritten"),
        right("replies\nread"),
        right("replies\nwritten"),
        right("octets\nas ours"),
        left("\nresult"),
        left("\nby"),
    ]);
    for one in tried {
        let names = [&one.implementation.encoding, &one.implementation.name];
        let mut cells: Vec<Cell> = names.map(Cell::from).to_vec();
        let result = Cell::styled(style(one.verdict()), word(one.verdict()));
        match &one.result {
            Ok(compared) => {
                cells.extend(Side::ALL.map(|side| tally(compared.tally(side))));
                cells.push(format!("{}/{}", compared.alike, compared.written()).into());
                cells.extend([result, one.runner.as_str().into()]);
            }
            Err(_) => {
                cells.extend(["-"; 5].map(Cell::from));
                cells.push(result);
            }
        }
        table.row(cells);
    }
    table
}

fn tally(tally: Tally) -> Cell {
    let style = match tally.tried == tally.right {
        true => Style::new(),
        false => BAD,
    };
    Cell::styled(style, format_args!("{}/{}", tally.right, tally.tried))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Agrees => "agrees",
        Verdict::AsKnown => "differs, as known",
        Verdict::Differs => "DIFFERS",
        Verdict::Mended => "NO LONGER DIFFERS",
        Verdict::CouldNotRun => "could not run",
    }
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Agrees => GOOD,
        Verdict::AsKnown | Verdict::CouldNotRun => UNKNOWN,
        Verdict::Differs | Verdict::Mended => BAD,
    }
}

/// What there is to say of an implementation beside its row.
fn one(tried: &Tried, out: &mut impl Write) -> fmt::Result {
    let Implementation { name, encoding, .. } = &tried.implementation;
    let verdict = tried.verdict();
    let style = style(verdict);
    let mut head = |what: &str| writeln!(out, "{STRONG}{encoding}, {name}{STRONG:#}: {what}");
    match (&tried.result, tried.known()) {
        (Err(why), _) => {
            let why = why.lines().map(|line| printable(line.as_bytes()));
            let why: Vec<String> = why.collect();
            head(&format!(
                "{style}could not run{style:#}: {}",
                why.join("\n  ")
            ))
        }
        (Ok(_), Some(known)) if verdict == Verdict::Mended => head(&format!(
            "{style}it was known to differ, and does not{style:#}: {}",
            known.why
        )),
        (Ok(compared), known) if !compared.differences.is_empty() => {
            let known = known.map(|known| format!(": {}", known.why));
            let number = compared.differing().len();
            head(&format!(
                "{style}differs in {number}{style:#}{}",
                known.unwrap_or_default()
            ))?;
            for difference in &compared.differences {
                different(difference, out)?;
            }
            spelled(compared, out)
        }
        (Ok(compared), _) if compared.spelling.is_some() => {
            head("the same messages, in other octets")?;
            spelled(compared, out)
        }
        (Ok(_), _) => Ok(()),
    }
}

fn different(difference: &Difference, out: &mut impl Write) -> fmt::Result {
    let octets = match difference.octets.as_slice() {
        [] => String::new(),
        octets => format!("  ({})", hex(octets)),
    };
    writeln!(
        out,
        "  {}: {} became {}{octets}",
        difference.side.name(),
        difference.message,
        printable(difference.found.as_bytes()),
    )
}

fn spelled(compared: &Compared, out: &mut impl Write) -> fmt::Result {
    let Some(spelling) = &compared.spelling else {
        return Ok(());
    };
    let (ours, theirs) = (hex(&spelling.ours), hex(&spelling.theirs));
    writeln!(out, "  {}: theirs {theirs}, ours {ours}", spelling.message)
}
