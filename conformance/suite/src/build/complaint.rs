//! The part of a tool's standard error that says what is wrong.

/// How many lines are shown from the first error on, and how many from the end, where a build script says what it missed.
const FIRST_LINES: usize = 8;
const LAST_LINES: usize = 24;

/// The first error of cargo or of one of its tools, and its last lines.
pub(crate) fn complaint(stderr: &str) -> String {
    let lines: Vec<_> = stderr.trim_end().lines().collect();
    let first = lines.iter().position(|line| line.starts_with("error"));
    let lines = lines.get(first.unwrap_or(0)..).unwrap_or_default();
    let left_out = lines.len().saturating_sub(FIRST_LINES + LAST_LINES);
    if left_out == 0 {
        return lines.join("\n");
    }
    let (first, rest) = lines.split_at(FIRST_LINES);
    let last = rest.get(left_out..).unwrap_or_default();
    let between = format!("... {left_out} lines ...");
    [first, &[between.as_str()], last].concat().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_begins_with_the_error() {
        let stderr = "   Compiling x\nwarning: w\nerror: no such command\n\nmore\n";
        assert_eq!(complaint(stderr), "error: no such command\n\nmore");
        assert_eq!(complaint("odd"), "odd");
    }

    #[test]
    fn of_a_long_one_both_ends_are_shown() {
        let script: Vec<_> = (0..50).map(|line| format!("  cargo:{line}")).collect();
        let stderr = format!(
            "   Compiling x\nerror: failed to run custom build command for `x`\n{}\n  thread 'main' panicked: no libfoo\n",
            script.join("\n")
        );
        let said = complaint(&stderr);
        assert!(
            said.starts_with("error: failed to run custom build command"),
            "{said}"
        );
        assert!(said.contains("\n... 20 lines ...\n"), "{said}");
        assert!(said.ends_with("no libfoo"), "{said}");
        assert_eq!(said.lines().count(), FIRST_LINES + LAST_LINES + 1);
    }
}
