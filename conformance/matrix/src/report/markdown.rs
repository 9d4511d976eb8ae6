//! A matrix in Markdown: the summary of a CI job.

use std::fmt::Write as _;

use super::{Line, Matrix, Tally, evidence, explained};
use kit::words::{grouped, some};

/// Of what went wrong, so many are shown; GitHub takes 1 MiB of a summary.
const MAX_SHOWN: usize = 30;

/// A reason may be a compiler's whole output: of each, so many characters are shown.
const MAX_REASON: usize = 2000;

/// The whole text.
pub fn text(matrix: &Matrix<'_>) -> String {
    let tally = Tally::of(matrix);
    let predicted = match matrix.is_own() {
        true => String::new(),
        false => format!(
            ": {} as predicted, {} not",
            grouped(tally.predicted),
            grouped(tally.mismatched)
        ),
    };
    let mut text = format!(
        "## crossum: {}\n\n{} on {} ({} big-endian), {}{predicted}; {} could not run.\n\n",
        headline(matrix, &tally),
        some(matrix.roles.all.len(), "participant"),
        some(tally.targets, "target"),
        tally.big_endian_targets,
        some(tally.vectors, "exchange"),
        some(tally.could_not_run, "cell"),
    );
    if let Some(shard) = matrix.shard {
        let _ = writeln!(text, "This is shard {shard} of the matrix.\n");
    }
    if matrix.interrupted {
        text.push_str("**Interrupted**: what was not finished by then could not run.\n\n");
    }
    for claim in matrix.claims {
        let mark = if claim.held {
            "✅ holds"
        } else {
            "❌ **fails**"
        };
        let except = match claim.except.as_slice() {
            [] => String::new(),
            names => format!(", but for the traps {}", names.join(", ")),
        };
        let tried = grouped(claim.tried);
        let _ = writeln!(text, "- {mark}: {}{except} ({tried} tried)", claim.claim);
    }
    encodings(&tally, &mut text);
    because(matrix, &mut text);
    broken(matrix, &mut text);
    could_not_run(matrix, &mut text);
    text
}

fn headline(matrix: &Matrix<'_>, tally: &Tally) -> String {
    if tally.broken > 0 || matrix.claims.iter().any(|claim| !claim.held) {
        format!("{} broken", some(tally.broken, "cell"))
    } else if tally.could_not_run > 0 {
        format!("{} could not run", some(tally.could_not_run, "cell"))
    } else {
        format!("{}, every claim holds", some(tally.ran(), "cell"))
    }
}

fn encodings(tally: &Tally, text: &mut String) {
    text.push_str(
        "\n| encoding | family | cells | correct | lucky | wrong | hangs | other | claim |\n|---|---|--:|--:|--:|--:|--:|--:|---|\n",
    );
    let shown = |line: &&Line| line.ran() + line.could_not_run > 0;
    for line in tally.encodings.iter().filter(shown) {
        let status = match (line.broken, line.could_not_run) {
            (0, 0) => "held".to_owned(),
            (0, could_not_run) => format!("held, {could_not_run} could not run"),
            (broken, _) => format!("**{broken} broken**"),
        };
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} | {} | {} | {}: {status} |",
            line.encoding.name(),
            line.encoding.family().name(),
            line.ran(),
            line.correct,
            line.lucky,
            line.wrong,
            line.starved,
            line.other,
            line.encoding.claim(),
        );
    }
}

/// Why cells of the user's own encodings are not correct.
fn because(matrix: &Matrix<'_>, text: &mut String) {
    if !matrix.explained.is_empty() {
        text.push('\n');
    }
    for explained in matrix.explained {
        let lines = explained::lines(explained);
        let lines: Vec<_> = lines.iter().map(|line| escaped(line)).collect();
        let _ = writeln!(text, "- {}", lines.join("\n  - "));
    }
}

fn broken(matrix: &Matrix<'_>, text: &mut String) {
    let kinds = evidence::kinds(matrix);
    if kinds.is_empty() {
        return;
    }
    let title = match matrix.is_own() {
        true => "Not as claimed",
        false => "Not as predicted",
    };
    let _ = writeln!(text, "\n### {title}");
    for kind in kinds.iter().take(MAX_SHOWN) {
        let Some(judged) = kind.first() else {
            continue;
        };
        let mut lines = evidence::of(matrix, judged);
        lines.push(matrix.rerun(&judged.cell));
        let _ = write!(
            text,
            "\n{}{}\n\n{}",
            evidence::such_as(kind),
            escaped(&judged.cell.to_string()),
            fenced(&lines.join("\n"))
        );
    }
    more(kinds.len(), text);
}

fn could_not_run(matrix: &Matrix<'_>, text: &mut String) {
    let reasons = evidence::reasons(matrix);
    if reasons.is_empty() {
        return;
    }
    text.push_str("\n### Could not run\n");
    for (why, cells) in reasons.iter().take(MAX_SHOWN) {
        if let Some(first) = cells.first() {
            let such_as = escaped(&first.cell.to_string());
            let count = some(cells.len(), "cell");
            let _ = write!(text, "\n{count}, such as {such_as}\n\n{}", fenced(why));
        }
    }
    more(reasons.len(), text);
}

fn more(all: usize, text: &mut String) {
    if let Some(more @ 1..) = all.checked_sub(MAX_SHOWN) {
        let _ = writeln!(text, "\nand {more} more (the report in JSON has them all)");
    }
}

/// A code block whose fence is longer than any run of backticks in it (CommonMark, section 4.5).
fn fenced(text: &str) -> String {
    let shown: String = text.chars().take(MAX_REASON).collect();
    let cut = if shown.len() < text.len() {
        "\n..."
    } else {
        ""
    };
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{shown}{cut}\n{fence}\n")
}

/// Nothing in it is markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() && !"-@:,./".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_reason_escapes_its_block_or_fills_the_page() {
        assert_eq!(fenced("a ```` b"), "`````\na ```` b\n`````\n");
        assert_eq!(fenced("plain"), "```\nplain\n```\n");
        let long = fenced(&"x".repeat(1_000_000));
        assert!(long.len() < MAX_REASON + 20 && long.ends_with("\n...\n```\n"));
        // Everything shown at its longest, in characters of four octets, is half of what GitHub takes.
        const { assert!(2 * MAX_SHOWN * 4 * MAX_REASON < 1 << 19) };
    }
}
