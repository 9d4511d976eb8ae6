//! The list of a program's tests, as libtest prints it. Pure.

/// The names in what `--list --format terse` prints.
pub(super) fn names(stdout: &str) -> Vec<String> {
    stdout.lines().filter_map(listed).collect()
}

/// The same, where nothing else is printed. A program that prints more has another harness than libtest, or none.
pub(super) fn only_names(stdout: &str) -> Option<Vec<String>> {
    let lines = stdout.lines().filter(|line| !line.is_empty());
    lines.map(listed).collect()
}

fn listed(line: &str) -> Option<String> {
    let test = line.strip_suffix(": test");
    test.or(line.strip_suffix(": benchmark")).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_one_only_where_nothing_else_is_printed() {
        assert_eq!(only_names("a: test\n\nb: benchmark\n").unwrap(), ["a", "b"]);
        assert_eq!(only_names("").unwrap(), [""; 0]);
        assert_eq!(only_names("hello\na: test\n"), None);
    }

    #[test]
    fn a_list_gives_names() {
        assert_eq!(
            names("a::b: test\nnot one\nc: benchmark\nodd name: x: test\n"),
            ["a::b", "c", "odd name: x"]
        );
    }
}
