//! GitHub's annotations: a line a finding, shown beside the declaration.

use std::fmt::{self, Write};

use super::path::relative;
use super::sarif::words;
use super::snippet::Judged;
use kit::annotations::{data, property};

/// One workflow command for each finding.
///
/// # Errors
/// Those of `out`.
pub(super) fn write(subject: &str, all: &[Judged], out: &mut impl Write) -> fmt::Result {
    for judged in all {
        let place = match &judged.diagnosis.spot {
            Some(spot) => {
                let mut place = format!(
                    "file={},line={},",
                    property(relative(&spot.file)),
                    spot.line
                );
                if let Some(columns) = &spot.columns {
                    // Unlike everywhere else, the last column is the last character's.
                    let last = columns.end.saturating_sub(1).max(columns.start);
                    write!(place, "col={},endColumn={last},", columns.start)?;
                }
                place
            }
            None => String::new(),
        };
        let level = if judged.denied { "error" } else { "warning" };
        let title = property(&format!("crossum: {}", judged.diagnosis.code));
        let message = data(&words(subject, judged));
        writeln!(out, "::{level} {place}title={title}::{message}")?;
    }
    Ok(())
}
