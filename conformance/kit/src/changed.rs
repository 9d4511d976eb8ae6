//! What changed between two reports, a line each.

use std::fmt::{self, Write};

use serde::Serialize;

use crate::style::STRONG;

/// Of each list so many are shown.
pub const SHOWN: usize = 12;

/// One thing that is other than it was; null where it was not there.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Changed {
    /// What it is.
    pub what: String,
    /// What it was.
    pub before: Option<String>,
    /// What it is now.
    pub after: Option<String>,
}

/// These changes below a title, and how many more there are; nothing where there is none.
///
/// # Errors
/// Those of `out`.
pub fn changes(title: &str, changes: &[Changed], out: &mut impl Write) -> fmt::Result {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "{STRONG}{title}{STRONG:#}")?;
    for change in changes.iter().take(SHOWN) {
        let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "not there".to_owned());
        writeln!(
            out,
            "  {}: was {}, is {}",
            change.what,
            word(&change.before),
            word(&change.after)
        )?;
    }
    more(changes.len(), out)
}

/// Says how many of them were not shown.
///
/// # Errors
/// Those of `out`.
pub fn more(all: usize, out: &mut impl Write) -> fmt::Result {
    match all.checked_sub(SHOWN) {
        None | Some(0) => Ok(()),
        Some(more) => writeln!(out, "  and {more} more (--json has them all)"),
    }
}
