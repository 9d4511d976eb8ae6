//! Why cells of a user's own encodings break, in words that every report uses.

use super::terminal::some;
use crate::own::infer::{Explained, Explanation, Sign, Signs};

/// Of signs that come to the same, so many are named.
const SHOWN: usize = 4;

/// A line of what is so, and a line for each sign that the machines at hand do not tell from others.
pub(super) fn lines(explained: &Explained) -> Vec<String> {
    let Explained {
        encoding,
        ran,
        wrong,
        explanation,
    } = explained;
    let mut lines = vec![format!(
        "{encoding}: not correct in {wrong} of {}: {explanation}",
        some(*ran, "cell")
    )];
    if let Explanation::Where(all) = explanation {
        lines.extend(all.iter().filter_map(ambiguous));
    }
    lines
}

fn ambiguous(signs: &Signs) -> Option<String> {
    let Signs {
        likeliest,
        or,
        told_apart_by,
    } = signs;
    if or.is_empty() {
        return None;
    }
    let mut others: Vec<_> = or.iter().take(SHOWN).map(Sign::to_string).collect();
    if let Some(more @ 1..) = or.len().checked_sub(SHOWN) {
        others.push(format!("and {more} more"));
    }
    let tells = told_apart_by.map(|target| format!(" ({target} would tell more)"));
    Some(format!(
        "these machines do not tell it apart whether {likeliest}, or: {}{}",
        others.join("; "),
        tells.unwrap_or_default()
    ))
}
