//! What a test printed that ran alone in its program. Pure.

use super::output::{announced, bare, read};
use crate::results::TestOutcome;

/// What one test printed, without libtest's own lines around it. The program ran this test alone and captured nothing.
pub(crate) fn printed_by(stdout: &str, name: &str) -> String {
    let mut lines = stdout.lines();
    if lines.by_ref().find_map(announced).is_none() {
        return stdout.trim().to_owned();
    }
    let is_result = |line: &&str| {
        let result = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "));
        result.is_some_and(|(of, _)| bare(of) == name)
    };
    let before: Vec<_> = lines.take_while(|line| !is_result(line)).collect();
    let before = before.join("\n").trim().to_owned();
    let after = match read(stdout).outcomes().remove(name) {
        Some(TestOutcome::Failed(printed)) => printed,
        _ => String::new(),
    };
    let both = [before, after].into_iter().filter(|text| !text.is_empty());
    both.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_test_printed_comes_without_the_frame() {
        let frame = |before: &str, after: &str| {
            format!(
                "\nrunning 1 test\n{before}test a::b - should panic ... FAILED\n\nfailures:\n{after}\nfailures:\n    a::b\n\ntest result: FAILED. 0 passed; 1 failed\n"
            )
        };
        let captured = "\n---- a::b stdout ----\nnote: it did not\n";
        for (stdout, printed) in [
            (frame("", ""), ""),
            (frame("one\ntest two\n", ""), "one\ntest two"),
            (frame("", captured), "note: it did not"),
            (frame("one\n", captured), "one\nnote: it did not"),
            ("running 1 test\nlast words\n".to_owned(), "last words"),
            ("no harness\n".to_owned(), "no harness"),
        ] {
            assert_eq!(printed_by(&stdout, "a::b"), printed, "{stdout}");
        }
    }
}
