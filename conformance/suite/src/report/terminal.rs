//! The report on a project's tests for people: a table of targets. Below it is what failed, where, and what distinguishes those targets.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::Style;
use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};
use kit::table::{Cell, Table, left, right};
use layout::ByteOrder;

use super::{bounded, comparable, formatted, name, rerun};
use crate::results::{
    Distinction, Failure, OutcomeCount, TargetRun, TargetStatus, TestId, TestOutcome, failures,
};
use kit::lines::printable;
use kit::names::short;

/// How many lines are shown of what a failing test printed. The machine-readable report has more.
const MAX_LINES: usize = 24;

/// A test may print something else on each target. So many of these texts are shown.
const MAX_TEXTS: usize = 3;

/// How many failing tests are shown at length.
const MAX_FAILURES: usize = 50;

/// Everything.
///
/// # Errors
/// Those of `out`.
pub fn write(runs: &[TargetRun], interrupted: bool, out: &mut impl Write) -> fmt::Result {
    table(runs, out)?;
    let failures = failures(runs);
    for failure in failures.iter().take(MAX_FAILURES) {
        writeln!(out)?;
        one(failure, out)?;
    }
    if let Some(more @ 1..) = failures.len().checked_sub(MAX_FAILURES) {
        writeln!(
            out,
            "\n{DIM}and {more} failing tests more (--json has all){DIM:#}"
        )?;
    }
    could_not(runs, out)?;
    notes(runs, out)?;
    if interrupted {
        writeln!(
            out,
            "{BAD}interrupted: what was not over by then could not run{BAD:#}"
        )?;
    }
    summary(runs, &failures, out)
}

/// A line for each target.
fn table(runs: &[TargetRun], out: &mut impl Write) -> fmt::Result {
    let counts: Vec<_> = runs
        .iter()
        .map(|run| OutcomeCount::of(run.tests.values()))
        .collect();
    let excluded = counts.iter().any(|count| count.excluded > 0);
    let could_not_run = counts.iter().any(|count| count.could_not_run > 0);
    let heads = [
        (true, "passed"),
        (true, "failed"),
        (true, "ignored"),
        (excluded, "excluded"),
        (could_not_run, "could not run"),
        (true, "build"),
        (true, "run"),
    ];
    let heads = heads.into_iter().filter(|(is_shown, _)| *is_shown);
    let numbers = heads.map(|(_, head)| right(head));
    let mut table = Table::new([left("target"), left("ABI")].into_iter().chain(numbers));
    for (run, count) in runs.iter().zip(&counts) {
        let names = [&run.target.name, run.abi.name()].map(Cell::from);
        let lost = |what| {
            Cell::styled(UNKNOWN, what)
                .and(Style::new(), "  ")
                .and(DIM, "see below")
        };
        match &run.status {
            TargetStatus::NotBuilt(_) => table.row_with_rest(names, lost("could not build")),
            TargetStatus::CouldNotRun(_) => table.row_with_rest(names, lost("could not run")),
            TargetStatus::Ran => table.row(names.into_iter().chain(numbers_of(
                run,
                count,
                (excluded, could_not_run),
            ))),
        }
    }
    table.write(usize::MAX, out)
}

/// The cells with the numbers of a target. `shown` says whether there are columns for excluded tests and for those that could not run.
fn numbers_of(run: &TargetRun, count: &OutcomeCount, shown: (bool, bool)) -> Vec<Cell> {
    let number = |count: usize, style: Style| {
        Cell::styled(if count > 0 { style } else { Style::new() }, count)
    };
    // All times have the width of 999.9 s, so that two runs line up.
    let seconds = |seconds: f64| Cell::from(format!("{seconds:>5.1} s"));
    let mut cells = vec![
        number(count.passed, GOOD),
        number(count.failed, BAD),
        Cell::from(count.ignored),
    ];
    cells.extend(shown.0.then(|| Cell::from(count.excluded)));
    cells.extend(shown.1.then(|| number(count.could_not_run, UNKNOWN)));
    cells.extend([seconds(run.seconds.build), seconds(run.seconds.run)]);
    cells
}

/// A failing test.
fn one(failure: &Failure<'_>, out: &mut impl Write) -> fmt::Result {
    write!(
        out,
        "{BAD}FAILED{BAD:#}  {STRONG}{}{STRONG:#}",
        name(failure.test)
    )?;
    if let Some(distinction) = &failure.distinction {
        write!(out, "  {UNKNOWN}{}{UNKNOWN:#}", formatted(distinction))?;
    }
    writeln!(out)?;
    if let Some(Distinction::One { property, or }) = &failure.distinction
        && !or.is_empty()
    {
        let or: Vec<_> = or.iter().map(|property| property.told()).collect();
        writeln!(
            out,
            "    {DIM}or {}: these targets do not tell it from {}; more would{DIM:#}",
            or.join(", or "),
            property.told()
        )?;
    }
    let failed: Vec<_> = failure.failed.iter().map(|(run, _)| *run).collect();
    writeln!(out, "    fails on   {}", names(&failed))?;
    if !failure.passed.is_empty() {
        writeln!(out, "    passes on  {}", names(&failure.passed))?;
    }
    let mut texts: BTreeMap<String, Vec<&TargetRun>> = BTreeMap::new();
    for (run, printed) in &failure.failed {
        let runs = texts.entry(comparable(printed)).or_default();
        runs.push(run);
    }
    // The most common first.
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by_key(|(_, runs)| std::cmp::Reverse(runs.len()));
    for (text, runs) in texts.iter().take(MAX_TEXTS) {
        writeln!(out, "    on {}:", names(runs))?;
        block(text, out)?;
    }
    if let Some(more @ 1..) = texts.len().checked_sub(MAX_TEXTS) {
        writeln!(
            out,
            "    {DIM}and otherwise on {more} more (--json has all){DIM:#}"
        )?;
    }
    if let Some(again) = rerun(failure) {
        writeln!(out, "    again      {again}")?;
    }
    Ok(())
}

fn names(runs: &[&TargetRun]) -> String {
    let names: Vec<_> = runs.iter().map(|run| short(&run.target.name)).collect();
    names.join(", ")
}

/// Another program's words, indented.
fn block(words: &str, out: &mut impl Write) -> fmt::Result {
    let (lines, more) = bounded(words, MAX_LINES);
    for line in lines {
        writeln!(out, "      {}", printable(line.as_bytes()))?;
    }
    if more > 0 {
        writeln!(out, "      {DIM}... and {more} lines more{DIM:#}")?;
    }
    Ok(())
}

/// What could not be built or run. Targets with the same reason are together.
fn could_not(runs: &[TargetRun], out: &mut impl Write) -> fmt::Result {
    let mut reasons: BTreeMap<(&str, String, &str), Vec<&TargetRun>> = BTreeMap::new();
    for run in runs {
        let reason = match &run.status {
            TargetStatus::Ran => continue,
            TargetStatus::CouldNotRun(why) => ("could not run", String::new(), why.as_str()),
            TargetStatus::NotBuilt(error) => (
                "could not build",
                error.to_string(),
                error.rendered.as_str(),
            ),
        };
        reasons.entry(reason).or_default().push(run);
    }
    for ((what, place, why), runs) in &reasons {
        writeln!(out, "\n{UNKNOWN}{what}{UNKNOWN:#}  {}", names(runs))?;
        if !place.is_empty() && !why.starts_with(place) {
            block(place, out)?;
        }
        block(why, out)?;
    }
    let mut tests: BTreeMap<(&TestId, &str), Vec<&TargetRun>> = BTreeMap::new();
    for run in runs {
        for (test, outcome) in &run.tests {
            if let TestOutcome::CouldNotRun(why) = outcome {
                tests.entry((test, why)).or_default().push(run);
            }
        }
    }
    for ((test, why), runs) in tests.iter().take(MAX_FAILURES) {
        let (test, on) = (name(test), names(runs));
        writeln!(
            out,
            "\n{UNKNOWN}could not run{UNKNOWN:#}  {STRONG}{test}{STRONG:#}  on {on}"
        )?;
        block(why, out)?;
    }
    if let Some(more @ 1..) = tests.len().checked_sub(MAX_FAILURES) {
        writeln!(
            out,
            "\n{DIM}and {more} tests more that could not run (--json has all){DIM:#}"
        )?;
    }
    Ok(())
}

/// The notes, which Rust built, and what ran the tests.
fn notes(runs: &[TargetRun], out: &mut impl Write) -> fmt::Result {
    let mut notes: BTreeMap<String, Vec<&TargetRun>> = BTreeMap::new();
    for run in runs {
        for note in &run.notes {
            notes.entry(note.clone()).or_default().push(run);
        }
        if let Some(rust) = &run.rust {
            notes.entry(format!("Rust {rust}")).or_default().push(run);
        }
        if let Some(by) = &run.tests_by {
            let note = format!("tests run by {by}");
            notes.entry(note).or_default().push(run);
        }
    }
    writeln!(out)?;
    for (note, of) in notes {
        let all = of.len() == runs.len();
        let on = if all {
            String::new()
        } else {
            format!(": {}", names(&of))
        };
        writeln!(out, "{DIM}{note}{on}{DIM:#}")?;
    }
    Ok(())
}

fn summary(runs: &[TargetRun], failures: &[Failure<'_>], out: &mut impl Write) -> fmt::Result {
    let count = OutcomeCount::of(runs.iter().flat_map(|run| run.tests.values()));
    let is_big = |run: &&TargetRun| run.abi.byte_order() == ByteOrder::Big;
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let ran = runs
        .iter()
        .filter(|run| run.status == TargetStatus::Ran)
        .count();
    write!(
        out,
        "{} target{} ({} big-endian): {} passed, {} failed",
        runs.len(),
        plural(runs.len()),
        runs.iter().filter(is_big).count(),
        count.passed,
        count.failed
    )?;
    if !failures.is_empty() {
        write!(out, " ({} test{})", failures.len(), plural(failures.len()))?;
    }
    write!(out, ", {} ignored", count.ignored)?;
    if count.excluded > 0 {
        write!(out, ", {} excluded", count.excluded)?;
    }
    write!(out, ", {} could not run", count.could_not_run)?;
    if ran < runs.len() {
        let lost = runs.len() - ran;
        write!(
            out,
            "; {lost} target{} could not be built or run",
            plural(lost)
        )?;
    } else if count.ran() == 0 {
        write!(out, ": no test ran")?;
    }
    writeln!(out)
}
