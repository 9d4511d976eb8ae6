//! The report on failure scenarios for people.

use std::fmt::{self, Write};

use anstyle::{AnsiColor, Style};

use super::rerun;
use crate::{Account, Judged, Place, Scenario, Verdict};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const UNKNOWN: Style = AnsiColor::Yellow.on_default().bold();
const STRONG: Style = Style::new().bold();

/// The scenarios there are.
///
/// # Errors
/// Those of `out`.
pub fn list(scenarios: &[Scenario], out: &mut impl Write) -> fmt::Result {
    for Scenario {
        name, must, place, ..
    } in scenarios
    {
        let place = match place {
            Place::Here => "on this machine",
            Place::Network => "between two hosts made for it (network namespaces)",
        };
        writeln!(out, "{STRONG}{name}{STRONG:#}  {place}\n    {must}")?;
    }
    Ok(())
}

/// What was seen, scenario by scenario.
///
/// # Errors
/// Those of `out`.
pub fn write(judged: &[Judged], out: &mut impl Write) -> fmt::Result {
    for scenario in judged {
        whole(scenario, out)?;
    }
    let count = |verdict| {
        let such = judged.iter().filter(|judged| judged.verdict() == verdict);
        such.count()
    };
    let plural = if judged.len() == 1 { "" } else { "s" };
    writeln!(
        out,
        "{} scenario{plural}: {} held, {} broken, {} could not run",
        judged.len(),
        count(Verdict::Held),
        count(Verdict::Broken),
        count(Verdict::CouldNotRun)
    )
}

fn whole(judged: &Judged, out: &mut impl Write) -> fmt::Result {
    let verdict = judged.verdict();
    let (style, word) = match verdict {
        Verdict::Held => (GOOD, "held"),
        Verdict::Broken => (BAD, "BROKEN"),
        Verdict::CouldNotRun => (UNKNOWN, "could not run"),
    };
    let seconds = judged.seen.took.map(|took| took.as_secs_f64());
    let seconds = seconds.map_or(String::new(), |seconds| format!("  {seconds:.3} s"));
    let name = judged.scenario.name;
    writeln!(
        out,
        "{style}{word}{style:#}  {STRONG}{name}{STRONG:#}{seconds}"
    )?;
    writeln!(out, "    must    {}", judged.scenario.must)?;
    account("client", &judged.seen.client, out)?;
    account("server", &judged.seen.server, out)?;
    if let Some(halt) = &judged.halt {
        writeln!(out, "    {style}why{style:#}     {halt}")?;
    }
    if verdict == Verdict::Broken {
        writeln!(out, "    again   {}", rerun(judged))?;
    }
    writeln!(out)
}

/// One line, or two where they differ.
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
