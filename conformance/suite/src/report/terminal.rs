//! The report on a project's tests for people: a table of targets. Below it is what failed, where, and what distinguishes those targets.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use anstyle::Style;
use kit::style::{BAD, DIM, GOOD, STRONG, UNKNOWN};
use kit::table::{Cell, Table, left, right};
use layout::ByteOrder;

use super::could_not::could_not;
use super::pipeline::Pipeline;
use super::{
    Rerun, bounded, by_mark, by_miri, emulators, failing, formatted, marks, name, together,
};
use crate::results::{
    Distinction, Failure, MessageGroup, OutcomeCount, TargetRun, TargetStatus, failures,
};
use kit::lines::printable;
use kit::names::short;
use kit::property::Property;

/// How many lines are shown of what a failing test printed. The machine-readable report has more.
const MAX_LINES: usize = 36;

/// A test may print something else on each target. So many of these texts are shown.
const MAX_TEXTS: usize = 3;

/// How many failing tests are shown at length.
pub(super) const MAX_FAILURES: usize = 50;

/// Everything.
///
/// # Errors
/// Those of `out`.
pub fn write(
    runs: &[TargetRun],
    rerun: &Rerun,
    interrupted: bool,
    out: &mut impl Write,
) -> fmt::Result {
    table(runs, out)?;
    let failures = failures(runs);
    for failure in failures.iter().take(MAX_FAILURES) {
        writeln!(out)?;
        one(failure, rerun, out)?;
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
    let flaky = counts.iter().any(|count| count.flaky > 0);
    let excluded = counts.iter().any(|count| count.excluded > 0);
    let could_not_run = counts.iter().any(|count| count.could_not_run > 0);
    let heads = [
        (true, "passed"),
        (true, "failed"),
        (flaky, "flaky"),
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
            TargetStatus::Built => {
                let seconds = run.seconds.build;
                let built =
                    Cell::styled(GOOD, "built").and(DIM, format_args!("  in {seconds:.1} s"));
                table.row_with_rest(names, built);
            }
            TargetStatus::Ran => table.row(names.into_iter().chain(numbers_of(
                run,
                count,
                (flaky, excluded, could_not_run),
            ))),
        }
    }
    table.write(usize::MAX, out)
}

/// The cells with the numbers of a target. `shown` says whether there are columns for flaky tests, for excluded ones, and for those that could not run.
fn numbers_of(run: &TargetRun, count: &OutcomeCount, shown: (bool, bool, bool)) -> Vec<Cell> {
    let (has_flaky, has_excluded, has_could_not_run) = shown;
    let number = |count: usize, style: Style| {
        Cell::styled(if count > 0 { style } else { Style::new() }, count)
    };
    // All times have the width of 999.9 s, so that two runs line up.
    let seconds = |seconds: f64| Cell::from(format!("{seconds:>5.1} s"));
    let mut cells = vec![number(count.passed, GOOD), number(count.failed, BAD)];
    cells.extend(has_flaky.then(|| number(count.flaky, UNKNOWN)));
    cells.push(Cell::from(count.ignored));
    cells.extend(has_excluded.then(|| Cell::from(count.excluded)));
    cells.extend(has_could_not_run.then(|| number(count.could_not_run, UNKNOWN)));
    cells.extend([seconds(run.seconds.build), seconds(run.seconds.run)]);
    cells
}

/// A failing test.
fn one(failure: &Failure<'_>, rerun: &Rerun, out: &mut impl Write) -> fmt::Result {
    let (word, style) = match failure.failed.is_empty() && failure.emulator.is_empty() {
        true => ("FLAKY", UNKNOWN),
        false => ("FAILED", BAD),
    };
    write!(
        out,
        "{style}{word}{style:#}  {STRONG}{}{STRONG:#}",
        name(failure.test)
    )?;
    if let Some(marks) = marks(failure) {
        write!(out, "  {UNKNOWN}{marks}{UNKNOWN:#}")?;
    }
    writeln!(out)?;
    alternatives(failure.distinction.as_ref(), "    ", out)?;
    let of = |runs: &[(&TargetRun, &str)]| {
        let runs: Vec<_> = runs
            .iter()
            .map(|(run, _)| short(&run.target.name))
            .collect();
        runs.join(", ")
    };
    if !failure.failed.is_empty() {
        writeln!(out, "    fails on   {}", of(&failure.failed))?;
    }
    if !failure.flaky.is_empty() {
        let flaky = of(&failure.flaky);
        writeln!(
            out,
            "    flaky on   {flaky} (failed, and passed when run once more, alone)"
        )?;
    }
    if !failure.emulator.is_empty() {
        let runs: Vec<_> = failure.emulator.iter().map(|(run, _, _)| *run).collect();
        writeln!(out, "    fails on   {}, by the emulator", names(&runs))?;
    }
    if !failure.passed.is_empty() {
        writeln!(out, "    passes on  {}", names(&failure.passed))?;
    }
    for line in emulators(failure) {
        writeln!(out, "    emulator   {line}")?;
    }
    for (run, opinion) in by_miri(failure) {
        let told = opinion.told(short(&run.target.name));
        writeln!(out, "    Miri       {}", printable(told.as_bytes()))?;
    }
    for group in failure.groups.iter().take(MAX_TEXTS) {
        message(group, out)?;
    }
    if let Some(more @ 1..) = failure.groups.len().checked_sub(MAX_TEXTS) {
        writeln!(
            out,
            "    {DIM}and otherwise on {more} more (--json has all){DIM:#}"
        )?;
    }
    let flaky = failure.flaky.iter().copied();
    let emulated = failure.emulator.iter();
    let mut others = flaky.chain(emulated.map(|(run, printed, _)| (*run, *printed)));
    if let ([], Some((run, printed))) = (failure.groups.as_slice(), others.next()) {
        writeln!(out, "    on {}:", short(&run.target.name))?;
        block(printed, out)?;
    }
    if let Some(again) = rerun.command(failure) {
        writeln!(out, "    again      {again}")?;
    }
    Ok(())
}

/// What a test printed on some targets, and what distinguishes them where that is not the mark of the whole.
fn message(group: &MessageGroup<'_>, out: &mut impl Write) -> fmt::Result {
    write!(out, "    on {}:", names(&group.failed))?;
    if let Some(distinction) = &group.distinction {
        write!(out, "  {UNKNOWN}{}{UNKNOWN:#}", formatted(distinction))?;
    }
    writeln!(out)?;
    alternatives(group.distinction.as_ref(), "      ", out)?;
    block(&group.message, out)
}

/// What would explain the same as a mark, in a line below it.
pub(super) fn alternatives(
    mark: Option<&Distinction>,
    indent: &str,
    out: &mut impl Write,
) -> fmt::Result {
    let (found, or): (String, Vec<String>) = match mark {
        Some(Distinction::One { fact, or }) => {
            let or = or.iter().map(|fact| fact.told().to_owned());
            (fact.told().to_owned(), or.collect())
        }
        Some(Distinction::Both { both, or }) => {
            let or = or.iter().map(|pair| together(*pair));
            (together(*both), or.collect())
        }
        Some(Distinction::OneAbi(_)) | None => return Ok(()),
    };
    if or.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{indent}{DIM}or {}: these targets do not tell it from {found}; more would{DIM:#}",
        or.join(", or "),
    )
}

pub(super) fn names(runs: &[&TargetRun]) -> String {
    let names: Vec<_> = runs.iter().map(|run| short(&run.target.name)).collect();
    names.join(", ")
}

/// Another program's words, indented.
pub(super) fn block(words: &str, out: &mut impl Write) -> fmt::Result {
    let (lines, more) = bounded(words, MAX_LINES);
    for line in lines {
        writeln!(out, "      {}", printable(line.as_bytes()))?;
    }
    if more > 0 {
        writeln!(out, "      {DIM}... and {more} lines more{DIM:#}")?;
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

/// Which targets to keep in a pipeline, and why.
fn in_a_pipeline(pipeline: &Pipeline<'_>, out: &mut impl Write) -> fmt::Result {
    let why = |run: &&TargetRun| {
        let properties = [Property::BigEndian, Property::Bits32];
        let holds = properties.iter().filter(|one| one.holds(&run.abi));
        let words: Vec<_> = holds.map(|one| one.told()).collect();
        format!("{} ({})", short(&run.target.name), words.join(", "))
    };
    let (finds, of) = (pipeline.finds, pipeline.of);
    let found = match of {
        0 => String::new(),
        _ => format!(", and find {finds} of the {of} tests that fail only elsewhere"),
    };
    let targets: Vec<_> = pipeline.targets.iter().map(why).collect();
    let names: Vec<_> = pipeline
        .targets
        .iter()
        .map(|run| short(&run.target.name))
        .collect();
    writeln!(
        out,
        "for CI: {} took {:.1} s here{found}: crossum test --targets {}",
        targets.join(" and "),
        pipeline.seconds(),
        names.join(",")
    )
}

fn summary(runs: &[TargetRun], failures: &[Failure<'_>], out: &mut impl Write) -> fmt::Result {
    if !failures.is_empty() {
        let marks = by_mark(failures).into_iter();
        let marks: Vec<_> = marks
            .map(|(mark, tests)| format!("{tests} {mark}"))
            .collect();
        writeln!(out, "by mark: {}", marks.join(", "))?;
    }
    if let Some(pipeline) = Pipeline::of(runs, failures) {
        in_a_pipeline(&pipeline, out)?;
    }
    let count = OutcomeCount::of(runs.iter().flat_map(|run| run.tests.values()));
    let is_big = |run: &&TargetRun| run.abi.byte_order() == ByteOrder::Big;
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let ran = runs.iter().filter(|run| run.status.is_whole()).count();
    write!(
        out,
        "{} target{} ({} big-endian): {} passed, {} failed",
        runs.len(),
        plural(runs.len()),
        runs.iter().filter(is_big).count(),
        count.passed,
        count.failed
    )?;
    let failing = failing(failures);
    if failing > 0 {
        write!(out, " ({failing} test{})", plural(failing))?;
    }
    if count.flaky > 0 {
        write!(out, ", {} flaky", count.flaky)?;
    }
    write!(out, ", {} ignored", count.ignored)?;
    if count.excluded > 0 {
        write!(out, ", {} excluded", count.excluded)?;
    }
    write!(out, ", {} could not run", count.could_not_run)?;
    let members: usize = runs.iter().map(|run| run.unbuilt.len()).sum();
    if members > 0 {
        write!(out, ", {members} package{} not built", plural(members))?;
    }
    if ran < runs.len() {
        let lost = runs.len() - ran;
        write!(
            out,
            "; {lost} target{} could not be built or run",
            plural(lost)
        )?;
    } else if count.ran() == 0 && runs.iter().any(|run| run.status == TargetStatus::Ran) {
        write!(out, ": no test ran")?;
    }
    writeln!(out)
}
