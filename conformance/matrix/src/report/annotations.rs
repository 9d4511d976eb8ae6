//! GitHub's annotations on a matrix: what broke, and what could not run.

use kit::annotations::{data, property};
use std::fmt::{self, Write};

use super::{Matrix, evidence};
use kit::words::some;

/// GitHub shows ten of each kind a step; a few more go to its log.
const MAX_ANNOTATIONS: usize = 50;

/// One workflow command for each cell that broke, and for each reason why cells could not run.
///
/// # Errors
/// Those of `out`.
pub fn write(matrix: &Matrix<'_>, out: &mut impl Write) -> fmt::Result {
    let kinds = evidence::kinds(matrix);
    for kind in kinds.iter().take(MAX_ANNOTATIONS) {
        let Some(judged) = kind.first() else {
            continue;
        };
        let mut lines = vec![format!("{}{}", evidence::such_as(kind), judged.cell)];
        lines.extend(evidence::of(matrix, judged));
        lines.push(format!("again: {}", matrix.rerun(&judged.cell)));
        let title = format!("crossum: {}", matrix.unlike());
        error(&title, &lines.join("\n"), out)?;
    }
    let reasons = evidence::reasons(matrix);
    for (why, cells) in reasons.iter().take(MAX_ANNOTATIONS) {
        let such_as = cells.first().map(|judged| judged.cell.to_string());
        let message = format!(
            "{}, such as {}: {why}",
            some(cells.len(), "cell"),
            such_as.unwrap_or_default()
        );
        error("crossum: could not run", &message, out)?;
    }
    let more =
        kinds.len().saturating_sub(MAX_ANNOTATIONS) + reasons.len().saturating_sub(MAX_ANNOTATIONS);
    if more > 0 {
        error(
            "crossum",
            &format!("and {more} more (--json has them all)"),
            out,
        )?;
    }
    Ok(())
}

fn error(title: &str, message: &str, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "::error title={}::{}", property(title), data(message))
}
