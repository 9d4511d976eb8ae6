//! What a failing test printed, as far as two processes print the same. Pure.

/// A text without what differs between two processes: the number of a thread (`thread 'reads' (811) panicked`), the name of rustdoc's folder, and the frames of a backtrace.
pub(super) fn comparable(text: &str) -> String {
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
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn what_differs_between_processes_is_left_out_of_a_comparison() {
        let table = BTreeMap::from([
            ("thread 'a' (12) panicked", "thread 'a' panicked"),
            ("thread 'a' (x) panicked", "thread 'a' (x) panicked"),
            ("thread 'a' panicked", "thread 'a' panicked"),
            (
                "thread 'a' (12) panicked at /tmp/rustdoctestRDXRYv/x.rs:1",
                "thread 'a' panicked at /tmp/rustdoctest/x.rs:1",
            ),
            (
                "left\nstack backtrace:\n   0: f\n             at x.rs:1\nnote: Some details are omitted, run\nafter",
                "left\n(a stack backtrace: --json has it)\nafter",
            ),
            (
                "stack backtrace:\nafter",
                "(a stack backtrace: --json has it)\nafter",
            ),
        ]);
        for (text, expected) in table {
            assert_eq!(comparable(text), expected);
        }
    }
}
