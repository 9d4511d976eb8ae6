//! What could not be built or run, on a terminal.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use kit::style::{DIM, STRONG, UNKNOWN};

use super::terminal::{MAX_FAILURES, alternatives, block, names};
use super::{formatted, name};
use crate::results::{BuildFailure, TargetRun, TargetStatus, TestId, TestOutcome, build_failures};

/// What could not be built, with where only.
fn could_not_build(failure: &BuildFailure<'_>, out: &mut impl Write) -> fmt::Result {
    let what = match failure.package {
        Some(package) => format!("  {STRONG}{package}{STRONG:#}"),
        None => String::new(),
    };
    let on = names(&failure.failed);
    write!(out, "\n{UNKNOWN}could not build{UNKNOWN:#}{what}  {on}")?;
    if let Some(distinction) = &failure.distinction {
        write!(out, "  {UNKNOWN}{}{UNKNOWN:#}", formatted(distinction))?;
    }
    writeln!(out)?;
    alternatives(failure.distinction.as_ref(), "    ", out)?;
    let (place, why) = (failure.error.to_string(), &failure.error.rendered);
    if !why.starts_with(&place) {
        block(&place, out)?;
    }
    block(why, out)?;
    // What is built elsewhere is refused for what this machine is, and not for how old the crate is.
    if failure.built.is_empty() && failure.error.is_of_a_lint() {
        writeln!(
            out,
            "    {DIM}RUSTFLAGS=--cap-lints=warn makes a warning of what a newer compiler's lint refuses{DIM:#}"
        )?;
    }
    Ok(())
}

/// What could not be built or run. Targets with the same reason are together.
pub(super) fn could_not(runs: &[TargetRun], out: &mut impl Write) -> fmt::Result {
    for failure in build_failures(runs) {
        could_not_build(&failure, out)?;
    }
    let mut reasons: BTreeMap<&str, Vec<&TargetRun>> = BTreeMap::new();
    for run in runs {
        if let TargetStatus::CouldNotRun(why) = &run.status {
            reasons.entry(why).or_default().push(run);
        }
    }
    for (why, runs) in &reasons {
        writeln!(out, "\n{UNKNOWN}could not run{UNKNOWN:#}  {}", names(runs))?;
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
