//! Reports on a project's tests: for people, for programs, and for CI servers.

mod document;
mod suites;
pub mod terminal;

pub use document::TestReport;
pub use suites::suites;

use crate::results::{Distinction, Failure, TestId};

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

/// `big-endian only`
fn formatted(distinction: &Distinction) -> String {
    match distinction {
        Distinction::One { property, .. } => format!("{} only", property.told()),
        Distinction::Both(one, other) => format!("{} and {} only", one.told(), other.told()),
        Distinction::OneAbi(name) => format!("one ABI only: {name}"),
    }
}

/// The command that runs a test again on the first target on which it failed.
fn rerun(failure: &Failure<'_>) -> Option<String> {
    let (run, _) = failure.failed.first()?;
    let TestId {
        package,
        program,
        name,
    } = failure.test;
    let again = format!(
        "crossum test --targets {} -- -p {package} {}",
        run.target.name,
        program.option()
    );
    // rustdoc takes a name with spaces for several names.
    let exact = !name.is_empty() && program.kind != "doc";
    Some(match exact {
        true => format!("{again} -- --exact {name}"),
        false => again,
    })
}

/// The first lines of a text, at most `max`, and the number of those left out.
fn bounded(text: &str, max: usize) -> (Vec<&str>, usize) {
    let lines: Vec<_> = text.trim_end().lines().collect();
    let more = lines.len().saturating_sub(max);
    (lines.into_iter().take(max).collect(), more)
}

/// A text without what differs between two processes: the number of a thread (`thread 'reads' (811) panicked`), the name of rustdoc's folder, and the frames of a backtrace.
fn comparable(text: &str) -> String {
    let mut lines = Vec::new();
    let mut in_backtrace = false;
    for line in text.lines() {
        if line == "stack backtrace:" {
            in_backtrace = true;
            lines.push("(a stack backtrace: --json has it)".to_owned());
        } else if in_backtrace && line.starts_with(' ') {
            continue;
        } else if in_backtrace && line.starts_with("note: Some details are omitted") {
            in_backtrace = false;
        } else {
            in_backtrace = false;
            let line = without_number(line).unwrap_or_else(|| line.to_owned());
            lines.push(without_folder(&line).unwrap_or(line));
        }
    }
    lines.join("\n")
}

fn without_number(line: &str) -> Option<String> {
    let (name, rest) = line.strip_prefix("thread '")?.split_once("' (")?;
    let (number, rest) = rest.split_once(')')?;
    let is_number = number.bytes().all(|octet| octet.is_ascii_digit());
    is_number.then(|| format!("thread '{name}'{rest}"))
}

/// `/tmp/rustdoctestQ1w2E3/doctest_bundle_2024.rs`
fn without_folder(line: &str) -> Option<String> {
    const FOLDER: &str = "/rustdoctest";
    let (before, rest) = line.split_once(FOLDER)?;
    let (_, rest) = rest.split_once('/')?;
    Some(format!("{before}{FOLDER}/{rest}"))
}

#[cfg(test)]
mod tests;
