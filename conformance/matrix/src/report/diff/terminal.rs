//! The differences between two matrices, for people.

use std::fmt::{self, Write};

use anstyle::Style;

use kit::changed::{changes, more};
use kit::style::{BAD, GOOD, STRONG};

use super::{CellChange, Exchange, MatrixDiff, Name, OutcomeRow};
use kit::words::some;

/// So many of each kind are shown.
const SHOWN: usize = kit::changed::SHOWN;

/// Of each cell, so many vectors are shown.
const SHOWN_VECTORS: usize = 3;

/// All of it.
///
/// # Errors
/// Those of `out`.
pub fn write(diff: &MatrixDiff<'_>, out: &mut impl Write) -> fmt::Result {
    cells("newly broken", BAD, &diff.newly_broken, out)?;
    cells("newly could not run", BAD, &diff.newly_could_not_run, out)?;
    cells("newly held", GOOD, &diff.newly_held, out)?;
    cells("changed", STRONG, &diff.changed, out)?;
    names("appeared", &diff.appeared, out)?;
    names("vanished", &diff.vanished, out)?;
    changes("participants", &diff.participants, out)?;
    changes("what was asked", &diff.asked, out)?;
    let counts = &diff.summary;
    writeln!(
        out,
        "{} newly broken, {} newly could not run, {} newly held, {} changed, {} appeared, {} vanished",
        some(counts.newly_broken, "cell"),
        counts.newly_could_not_run,
        counts.newly_held,
        counts.changed,
        counts.appeared,
        counts.vanished,
    )
}

fn cells(
    title: &str,
    style: Style,
    changes: &[CellChange<'_>],
    out: &mut impl Write,
) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{style}{title}{style:#}")?;
    for change in changes.iter().take(SHOWN) {
        let was = change.before.as_ref().map_or("not there", |status| {
            status.verdict.unwrap_or("only predicted")
        });
        let is = change.after.verdict.unwrap_or("only predicted");
        let changed = if was == is {
            String::new()
        } else {
            format!(": was {was}, is {is}")
        };
        writeln!(out, "  {}{changed}", change.name)?;
        let results = change.before.as_ref().map(|status| status.result);
        if let (Some(Some(was)), Some(is)) = (results, change.after.result)
            && was != is
        {
            writeln!(out, "    was {was}, is {is}")?;
        }
        if let Some(why) = change.after.why {
            writeln!(out, "    {}", why.replace('\n', "\n    "))?;
        }
        for vector in change.vectors.iter().take(SHOWN_VECTORS) {
            writeln!(
                out,
                "    {}: {}",
                vector.asked,
                formatted(vector.before.as_ref(), &vector.after)
            )?;
        }
        if let Some(more @ 1..) = change.vectors.len().checked_sub(SHOWN_VECTORS) {
            writeln!(out, "    and {}", some(more, "more vector"))?;
        }
        writeln!(out, "    again: {}", change.rerun)?;
    }
    more(changes.len(), out)
}

/// The first thing that is other than it was: the observed outcome, the prediction, or the octets.
fn formatted(before: Option<&Exchange<'_>>, after: &Exchange<'_>) -> String {
    let word = |outcome: Option<&OutcomeRow<'_>>| {
        outcome.map_or("nothing".to_owned(), |outcome| outcome.to_string())
    };
    let observed = |exchange: &Exchange<'_>| match exchange.observed {
        Some(outcome) => outcome.to_string(),
        None => format!("{} (predicted)", word(exchange.predicted)),
    };
    match before {
        None => format!("is {}", observed(after)),
        Some(before) if before.observed != after.observed => {
            let (was, is) = (observed(before), observed(after));
            match after.predicted {
                Some(predicted) => format!("was {was}, is {is} where {predicted} is predicted"),
                None => format!("was {was}, is {is}"),
            }
        }
        Some(before) if before.predicted != after.predicted => format!(
            "the prediction was {}, is {}",
            word(before.predicted),
            word(after.predicted)
        ),
        Some(before) => format!(
            "octets were {} / {}, are {} / {}",
            before.sent, before.received, after.sent, after.received
        ),
    }
}

fn names(title: &str, names: &[Name<'_>], out: &mut impl Write) -> fmt::Result {
    if names.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}{title}{STRONG:#}")?;
    for name in names.iter().take(SHOWN) {
        writeln!(out, "  {name}")?;
    }
    more(names.len(), out)
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Name {
            encoding,
            server,
            client,
        } = self;
        write!(f, "{encoding}: {server} serves, {client} asks")
    }
}

impl fmt::Display for OutcomeRow<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As people read it everywhere else.
        crate::report::document::observed::outcome(self).fmt(f)
    }
}
