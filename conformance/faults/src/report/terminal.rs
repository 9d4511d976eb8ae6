//! The report on failure scenarios for people.

use std::fmt::{self, Write};

use kit::style::{BAD, GOOD, STRONG, UNKNOWN};

use super::{Subject, rerun};
use crate::observation::Account;
use crate::run::{ScenarioResult, ScenarioVerdict};
use crate::scenarios::{About, Place};

/// All scenarios, with what each must show.
///
/// # Errors
/// Those of `out`.
pub fn list(scenarios: impl IntoIterator<Item = About>, out: &mut impl Write) -> fmt::Result {
    for About { name, must, place } in scenarios {
        let place = match place {
            Place::Here => "on this machine",
            Place::Network => "between two hosts made for it (network namespaces)",
        };
        writeln!(out, "{STRONG}{name}{STRONG:#}  {place}\n    {must}")?;
    }
    Ok(())
}

/// What was observed in each scenario, of a user's own programs or of those of this repository.
///
/// # Errors
/// Those of `out`.
pub fn write(
    results: &[ScenarioResult],
    subject: Option<&Subject>,
    out: &mut impl Write,
) -> fmt::Result {
    if let Some(subject) = subject {
        writeln!(
            out,
            "{} serves, {} asks `{}` in {}\n",
            subject.server, subject.client, subject.request, subject.encoding
        )?;
    }
    for result in results {
        one(result, subject, out)?;
    }
    let count = |verdict| {
        let such = results.iter().filter(|result| result.verdict() == verdict);
        such.count()
    };
    let plural = if results.len() == 1 { "" } else { "s" };
    writeln!(
        out,
        "{} scenario{plural}: {} held, {} broken, {} could not run",
        results.len(),
        count(ScenarioVerdict::Held),
        count(ScenarioVerdict::Broken),
        count(ScenarioVerdict::CouldNotRun)
    )
}

fn one(result: &ScenarioResult, subject: Option<&Subject>, out: &mut impl Write) -> fmt::Result {
    let verdict = result.verdict();
    let (style, word) = match verdict {
        ScenarioVerdict::Held => (GOOD, "held"),
        ScenarioVerdict::Broken => (BAD, "BROKEN"),
        ScenarioVerdict::CouldNotRun => (UNKNOWN, "could not run"),
    };
    let seconds = result.observed.took.map(|took| took.as_secs_f64());
    let seconds = seconds.map_or(String::new(), |seconds| format!("  {seconds:.3} s"));
    let name = result.scenario.name;
    writeln!(
        out,
        "{style}{word}{style:#}  {STRONG}{name}{STRONG:#}{seconds}"
    )?;
    writeln!(out, "    must    {}", result.scenario.must)?;
    account("client", &result.observed.client, out)?;
    account("server", &result.observed.server, out)?;
    account("network", &result.observed.network, out)?;
    if let Some(halt) = &result.halt {
        writeln!(out, "    {style}why{style:#}     {halt}")?;
    }
    if verdict == ScenarioVerdict::Broken {
        writeln!(out, "    again   {}", rerun(result, subject))?;
    }
    writeln!(out)
}

/// What one end observed, and below it what was expected where they differ.
fn account(who: &str, account: &Account, out: &mut impl Write) -> fmt::Result {
    if account.points.is_empty() {
        return Ok(());
    }
    writeln!(out, "    {who}  {}", account.observed())?;
    if account.points.iter().all(|point| point.held) {
        return Ok(());
    }
    writeln!(out, "    {BAD}not{BAD:#}     {}", account.expected())
}
