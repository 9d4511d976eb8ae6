//! The part of a tool's standard error that says what is wrong.

/// The first error of cargo or of one of its tools, in a few lines.
pub(crate) fn complaint(stderr: &str) -> String {
    const MAX_LINES: usize = 20;
    let lines: Vec<_> = stderr.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("error"));
    let lines = lines.iter().skip(first.unwrap_or(0)).take(MAX_LINES);
    lines.copied().collect::<Vec<_>>().join("\n")
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
}
