//! Reports on a project's tests: for people, for programs, and for CI servers.

mod could_not;
mod document;
pub mod listing;
mod pipeline;
mod rerun;
mod suites;
pub mod terminal;

pub use document::TestReport;
pub use rerun::Rerun;
pub use suites::suites;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use kit::names::short;
use kit::property::Property;

use crate::results::{Distinction, Failure, Mark, MiriOpinion, TargetRun, TestId, emulator_name};

/// A test's name among those of all packages: `codec lib tests::reads`.
fn name(test: &TestId) -> String {
    let TestId {
        package,
        program,
        name,
    } = test;
    match name.as_str() {
        "" => format!("{package} {program}"),
        name => format!("{package} {program} {name}"),
    }
}

/// `big-endian only`, `non-x86 or unsigned char only`
fn formatted(distinction: &Distinction) -> String {
    match distinction {
        Distinction::One { fact, or } => {
            let alike = or.iter().filter(|other| fact.is_as_likely(**other));
            let told: Vec<_> = [fact]
                .into_iter()
                .chain(alike)
                .map(|one| one.told())
                .collect();
            format!("{} only", told.join(" or "))
        }
        Distinction::Both { both, .. } => format!("{} only", together(*both)),
        Distinction::OneAbi(name) => format!("one ABI only: {name}"),
    }
}

/// `big-endian and 32-bit`
fn together((one, other): (Property, Property)) -> String {
    format!("{} and {}", one.told(), other.told())
}

/// The mark of a test that passed when it was run once more.
const FLAKY: &str = "flaky or in the way of another: passes alone";

/// A mark, or nothing where nothing is claimed.
fn mark(mark: &Mark) -> Option<String> {
    match mark {
        Mark::Only(distinction) => Some(formatted(distinction)),
        Mark::Emulator => Some("the emulator's fault".to_owned()),
        Mark::PerhapsEmulator => Some("perhaps the emulator's fault".to_owned()),
        Mark::Flaky => Some(FLAKY.to_owned()),
        Mark::HereToo => Some("fails on this machine, too".to_owned()),
        Mark::None => None,
    }
}

/// The marks of a failing test in a line, where it has any.
fn marks(failure: &Failure<'_>) -> Option<String> {
    let marks: Vec<_> = failure.marks().iter().filter_map(mark).collect();
    (!marks.is_empty()).then(|| marks.join("; "))
}

/// How many tests have each mark, the most frequent first. A test with several marks counts for each.
fn by_mark(failures: &[Failure<'_>]) -> Vec<(String, usize)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in failures.iter().flat_map(Failure::marks) {
        let mark = mark(&one).unwrap_or_else(|| "no mark".to_owned());
        *counts.entry(mark).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}

/// What is known of the emulators, where a failure comes from them or may: a line for all targets of which the same is known.
fn emulators(failure: &Failure<'_>) -> Vec<String> {
    let called = |run: &TargetRun| emulator_name(run.runner.as_deref().unwrap_or("the emulator"));
    let of = |run: &TargetRun| short(&run.target.name).to_owned();
    let proven = failure.emulator.iter().map(|(run, printed, other)| {
        let (name, on) = (called(run), of(run));
        match run.fault_of(failure.test, printed) {
            Some(fault) => (
                format!("{name} {} on ", fault.what),
                on,
                format!("; {other} passes this test"),
            ),
            None => (
                format!("{other} passes this test on "),
                on,
                format!(", and {name} does not"),
            ),
        }
    });
    let suspects = failure.suspects().unwrap_or_default();
    let suspects = suspects.into_iter().map(|(run, fault)| {
        let (name, on) = (called(run), of(run));
        let told = format!(
            " ({}): this failure may come from that, and no emulator without this fault is here to try",
            fault.observed
        );
        (format!("{name} {} on ", fault.what), on, told)
    });
    let mut lines: Vec<(String, Vec<String>, String)> = Vec::new();
    for (before, on, behind) in proven.chain(suspects) {
        let mut known = lines.iter_mut();
        match known.find(|(same, _, as_well)| *same == before && *as_well == behind) {
            Some((_, all, _)) => all.push(on),
            None => lines.push((before, vec![on], behind)),
        }
    }
    let lines = lines.into_iter();
    let lines = lines.map(|(before, all, behind)| format!("{before}{}{behind}", all.join(", ")));
    lines.collect()
}

/// What Miri says of a failing test, and as which target: a line for each that it was asked about.
fn by_miri<'a>(failure: &Failure<'a>) -> Vec<(&'a TargetRun, &'a MiriOpinion)> {
    let failed = failure.failed.iter().map(|(run, _)| *run);
    let emulated = failure.emulator.iter().map(|(run, _, _)| *run);
    let asked = |run: &'a TargetRun| Some((run, run.miri.get(failure.test)?));
    failed.chain(emulated).filter_map(asked).collect()
}

/// How many tests fail somewhere even when nothing else runs.
fn failing(failures: &[Failure<'_>]) -> usize {
    let fails = |one: &&Failure<'_>| !(one.failed.is_empty() && one.emulator.is_empty());
    failures.iter().filter(fails).count()
}

/// The first lines of a text, at most `max`, and the number of those left out.
fn bounded(text: &str, max: usize) -> (Vec<&str>, usize) {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let more = lines.len().saturating_sub(max);
    (lines.into_iter().take(max).collect(), more)
}

#[cfg(test)]
mod tests;
