//! What libtest prints, read: its text is stable, its JSON is not. Pure.
//!
//! ```text
//! running 3 tests
//! test reads ... FAILED
//! test traps - should panic ... ok
//! test waits ... ignored, needs a board
//!
//! failures:
//!
//! ---- reads stdout ----
//! thread 'reads' panicked at ...
//!
//! failures:
//!     reads
//!
//! test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
//! ```
//!
//! rustdoc prints several such sections, one after the other. What tests print past the capture may stand anywhere between; what is then unreadable is settled by the names that `--list` gives and the counts at the end.

use std::collections::{BTreeMap, BTreeSet};

use super::outcome::Outcome;

/// What a program of tests printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// How many tests it said it would run; `None` where it is no libtest.
    pub announced: Option<usize>,
    /// Whether it came to the end of what it began.
    pub is_whole: bool,
    /// What it said of each test.
    said: BTreeMap<String, Said>,
    /// What each failing test printed.
    printed: BTreeMap<String, String>,
    /// The failing tests, as listed at the end.
    listed_as_failed: BTreeSet<String>,
    /// The last line's counts, added up: failed, ignored.
    counted: (usize, usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Passed,
    Failed,
    Ignored(Option<String>),
}

/// The marks that follow a name and are no part of it.
const MARKS: [&str; 3] = [" - should panic", " - compile fail", " - compile"];

/// Where in a section a line is.
enum Part {
    Before,
    Results {
        unfinished: Option<(String, Option<Said>)>,
    },
    Printed {
        of: Option<String>,
    },
    Failed,
}

/// Reads standard output.
pub fn read(stdout: &str) -> Reading {
    let mut reading = Reading::default();
    let (mut begun, mut ended) = (0_usize, 0_usize);
    let mut part = Part::Before;
    for line in stdout.lines() {
        part = match part {
            Part::Before => match announced(line) {
                Some(count) => {
                    begun += 1;
                    reading.announced = Some(reading.announced.unwrap_or(0) + count);
                    Part::Results { unfinished: None }
                }
                None => Part::Before,
            },
            Part::Results { unfinished } => {
                let (next, over) = reading.result(line, unfinished);
                ended += usize::from(over);
                next
            }
            Part::Printed { of } => reading.printed(line, of),
            Part::Failed => {
                if reading.end(line) {
                    ended += 1;
                    Part::Before
                } else {
                    reading.listed_as_failed.insert(bare(line.trim()));
                    Part::Failed
                }
            }
        };
    }
    reading.listed_as_failed.remove("");
    reading.is_whole = begun > 0 && begun == ended;
    reading
}

/// `running 3 tests`
fn announced(line: &str) -> Option<usize> {
    let (count, what) = line.strip_prefix("running ")?.split_once(' ')?;
    matches!(what, "test" | "tests").then(|| count.parse().ok())?
}

/// A name without the marks.
fn bare(name: &str) -> String {
    let mark = MARKS.iter().find_map(|mark| name.strip_suffix(mark));
    mark.unwrap_or(name).to_owned()
}

/// `ok`, `FAILED`, `ignored, why`, `bench: ...`, and what a newer libtest may append in brackets.
fn result(text: &str) -> Option<Said> {
    let word = text.split([' ', ',', ':']).next()?;
    match word {
        "ok" | "bench" => Some(Said::Passed),
        "FAILED" => Some(Said::Failed),
        "ignored" => {
            let why = text.strip_prefix("ignored, ");
            Some(Said::Ignored(why.map(str::to_owned)))
        }
        _ => None,
    }
}

/// The last word of a line, where it is a result: what comes after a test's own words on the same line.
fn trailing(line: &str) -> Option<Said> {
    if line.ends_with("FAILED") {
        Some(Said::Failed)
    } else if line.ends_with("ignored") {
        Some(Said::Ignored(None))
    } else {
        line.ends_with("ok").then_some(Said::Passed)
    }
}

impl Reading {
    /// A line among the results; whether it ends the section.
    fn result(&mut self, line: &str, unfinished: Option<(String, Option<Said>)>) -> (Part, bool) {
        let rest = line.strip_prefix("test ");
        let mut names = rest
            .into_iter()
            .flat_map(|rest| rest.match_indices(" ... ").map(move |(at, _)| (rest, at)));
        let split = names.clone().find_map(|(rest, at)| {
            let said = result(rest.get(at + 5..)?)?;
            Some((rest.get(..at)?, said))
        });
        if let Some((name, said)) = split {
            self.settle_unfinished(unfinished);
            self.said.insert(bare(name), said);
            return (Part::Results { unfinished: None }, false);
        }
        if let Some((rest, at)) = names.next() {
            // One thread only: the name comes first, then what the test prints, then the result.
            self.settle_unfinished(unfinished);
            let name = bare(rest.get(..at).unwrap_or_default());
            let unfinished = Some((name, None));
            return (Part::Results { unfinished }, false);
        }
        if line == "failures:" || line == "successes:" {
            self.settle_unfinished(unfinished);
            return (Part::Printed { of: None }, false);
        }
        if self.end(line) {
            self.settle_unfinished(unfinished);
            return (Part::Before, true);
        }
        let unfinished = unfinished.map(|(name, said)| (name, trailing(line).or(said)));
        (Part::Results { unfinished }, false)
    }

    fn settle_unfinished(&mut self, unfinished: Option<(String, Option<Said>)>) {
        if let Some((name, Some(said))) = unfinished {
            self.said.insert(name, said);
        }
    }

    /// A line of what failing tests printed.
    fn printed(&mut self, line: &str, of: Option<String>) -> Part {
        let heading = line
            .strip_prefix("---- ")
            .and_then(|line| line.strip_suffix(" stdout ----"));
        let name = heading.map(bare);
        // A test may print a heading of its own: one is believed once, and of a test.
        if let Some(name) = name
            && self.said.contains_key(&name)
            && !self.printed.contains_key(&name)
        {
            self.printed.insert(name.clone(), String::new());
            return Part::Printed { of: Some(name) };
        }
        if line == "failures:" {
            return Part::Failed;
        }
        if let Some(printed) = of.as_ref().and_then(|of| self.printed.get_mut(of)) {
            printed.push_str(line);
            printed.push('\n');
        }
        Part::Printed { of }
    }

    /// `test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; ...`
    fn end(&mut self, line: &str) -> bool {
        let Some(counts) = line.strip_prefix("test result: ") else {
            return false;
        };
        let count = |what: &str| -> usize {
            let words: Vec<_> = counts
                .split([' ', ';'])
                .filter(|word| !word.is_empty())
                .collect();
            let mut pairs = words.windows(2);
            let found = pairs.find_map(|pair| match pair {
                [number, word] if *word == what => number.parse().ok(),
                _ => None,
            });
            found.unwrap_or(0)
        };
        self.counted.0 += count("failed");
        self.counted.1 += count("ignored");
        true
    }

    /// How many tests it said nothing about.
    pub fn unreported(&self) -> usize {
        let announced = self.announced.unwrap_or(0);
        announced.saturating_sub(self.said.len())
    }

    /// What came of each test that it said something about.
    pub fn outcomes(&self) -> BTreeMap<String, Outcome> {
        let outcome = |(name, said): (&String, &Said)| {
            let outcome = match said {
                Said::Passed => Outcome::Passed,
                Said::Failed => {
                    let printed = self.printed.get(name).map(|printed| printed.trim());
                    Outcome::Failed(printed.unwrap_or_default().to_owned())
                }
                Said::Ignored(why) => Outcome::Ignored(why.clone()),
            };
            (name.clone(), outcome)
        };
        self.said.iter().map(outcome).collect()
    }

    /// What came of these tests, whose own lines could not be read, of a program that came to its end: the list of failures and the counts tell.
    pub fn deduced(&self, unread: &[String]) -> BTreeMap<String, Outcome> {
        let said =
            |wanted: fn(&Said) -> bool| self.said.values().filter(|said| wanted(said)).count();
        let ignored = said(|said| matches!(said, Said::Ignored(_)));
        let failed_unread = unread
            .iter()
            .filter(|name| self.listed_as_failed.contains(*name));
        let all_known = self.counted.1 == ignored
            && self.counted.0 == failed_unread.count() + said(|said| *said == Said::Failed);
        let outcome = |name: &String| {
            let outcome = if self.listed_as_failed.contains(name) {
                let printed = self.printed.get(name).cloned();
                Outcome::Failed(printed.unwrap_or_default())
            } else if all_known {
                Outcome::Passed
            } else {
                Outcome::CouldNotRun(
                    "its result cannot be read between what tests printed".to_owned(),
                )
            };
            (name.clone(), outcome)
        };
        unread.iter().map(outcome).collect()
    }

    /// Whether it said anything about a test.
    pub fn knows(&self, name: &str) -> bool {
        self.said.contains_key(name)
    }
}

/// The names that `--list --format terse` prints.
pub fn names(stdout: &str) -> Vec<String> {
    stdout.lines().filter_map(listed).collect()
}

/// The same, where nothing else is printed: a program that says more has a harness of its own, or none.
pub fn only_names(stdout: &str) -> Option<Vec<String>> {
    let lines = stdout.lines().filter(|line| !line.is_empty());
    lines.map(listed).collect()
}

fn listed(line: &str) -> Option<String> {
    let test = line.strip_suffix(": test");
    test.or(line.strip_suffix(": benchmark")).map(str::to_owned)
}

/// What a test printed whose program was told to run it alone and to capture nothing: without libtest's own words around it.
pub fn of_one(stdout: &str, name: &str) -> String {
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
        Some(Outcome::Failed(printed)) => printed,
        _ => String::new(),
    };
    let both = [before, after].into_iter().filter(|text| !text.is_empty());
    both.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::{TestResult, quickcheck};

    fn failed(said: &str) -> Outcome {
        Outcome::Failed(said.to_owned())
    }

    fn check(stdout: &str, expected: &[(&str, Outcome)]) -> Reading {
        let reading = read(stdout);
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(name, outcome)| ((*name).to_owned(), outcome.clone()))
            .collect();
        assert_eq!(reading.outcomes(), expected, "{stdout}");
        reading
    }

    #[test]
    fn every_kind_of_result_is_read() {
        // As cargo test of Rust 1.95 printed it.
        let reading = check(
            "
running 5 tests
test i ... ignored, some reason
test a ... FAILED
test np - should panic ... FAILED
test p - should panic ... ok
test r ... FAILED

failures:

---- a stdout ----

thread 'a' (811) panicked at src/lib.rs:16:20:
assertion `left == right` failed
  left: 256
 right: 1
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace

---- np stdout ----
no panic
note: test did not panic as expected at src/lib.rs:18:23
---- r stdout ----
Error: \"no\"


failures:
    a
    np
    r

test result: FAILED. 1 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

",
            &[
                ("i", Outcome::Ignored(Some("some reason".to_owned()))),
                (
                    "a",
                    failed(
                        "thread 'a' (811) panicked at src/lib.rs:16:20:\nassertion `left == right` failed\n  left: 256\n right: 1\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
                    ),
                ),
                (
                    "np",
                    failed("no panic\nnote: test did not panic as expected at src/lib.rs:18:23"),
                ),
                ("p", Outcome::Passed),
                ("r", failed("Error: \"no\"")),
            ],
        );
        assert!(reading.is_whole);
        assert_eq!((reading.announced, reading.unreported()), (Some(5), 0));
    }

    #[test]
    fn doctests_come_in_several_sections() {
        let reading = check(
            "
running 2 tests
test src/lib.rs - (line 11) - compile ... ok
test src/lib.rs - (line 3) ... ok

test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.33s


running 1 test
test src/lib.rs - (line 7) - compile fail ... FAILED

failures:

---- src/lib.rs - (line 7) stdout ----
Test compiled successfully, but it's marked `compile_fail`.

failures:
    src/lib.rs - (line 7)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.13s

all doctests ran in 0.48s; merged doctests compilation took 0.14s
",
            &[
                ("src/lib.rs - (line 11)", Outcome::Passed),
                ("src/lib.rs - (line 3)", Outcome::Passed),
                (
                    "src/lib.rs - (line 7)",
                    failed("Test compiled successfully, but it's marked `compile_fail`."),
                ),
            ],
        );
        assert!(reading.is_whole);
        assert_eq!(reading.announced, Some(3));
    }

    #[test]
    fn one_thread_prints_what_a_test_says_between_its_name_and_its_result() {
        check(
            "running 4 tests\ntest a ... hello\nworld ok\nnot the end\nok\ntest b ... ok\ntest c ... noFAILED\ntest d ... so\nlong\n",
            &[("a", Outcome::Passed), ("b", Outcome::Passed)],
        );
    }

    #[test]
    fn a_program_that_died_has_said_what_it_had_said() {
        let reading = check(
            "\nrunning 3 tests\ntest fine ... ok\n",
            &[("fine", Outcome::Passed)],
        );
        assert!(!reading.is_whole);
        assert_eq!(reading.unreported(), 2);
    }

    #[test]
    fn what_a_failing_test_prints_is_not_taken_for_results() {
        let reading = check(
            "running 2 tests
test a ... ok
test b ... FAILED

failures:

---- b stdout ----
running 7 tests
test z ... FAILED
---- z stdout ----
---- b stdout ----

failures:
    b

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
",
            &[
                ("a", Outcome::Passed),
                (
                    "b",
                    failed(
                        "running 7 tests\ntest z ... FAILED\n---- z stdout ----\n---- b stdout ----",
                    ),
                ),
            ],
        );
        assert!(reading.is_whole);
    }

    #[test]
    fn names_may_have_spaces_and_dots_as_other_harnesses_have_them() {
        check(
            "running 2 tests\ntest [kind] with spaces ... and dots ... ok\ntest t ... ignored\n",
            &[
                ("[kind] with spaces ... and dots", Outcome::Passed),
                ("t", Outcome::Ignored(None)),
            ],
        );
    }

    #[test]
    fn a_program_that_is_no_libtest_announces_nothing() {
        assert_eq!(read("hello\nrunning 2 errands\n").announced, None);
        assert_eq!(read("").announced, None);
    }

    #[test]
    fn what_is_drowned_by_output_is_deduced_from_the_end() {
        let whole = |failed: usize, ignored: usize| {
            read(&format!("running 3 tests
test seen ... ok
noise test drowned ... ok
noisetest sunk ... FAILED

failures:

---- sunk stdout ----
failures:
    sunk

test result: FAILED. 1 passed; {failed} failed; {ignored} ignored; 0 measured; 0 filtered out; finished in 0.00s
"))
        };
        let unread = ["drowned".to_owned(), "sunk".to_owned()];
        let reading = whole(1, 0);
        assert!(reading.is_whole && reading.unreported() == 2 && reading.knows("seen"));
        let outcomes = reading.deduced(&unread);
        assert_eq!(outcomes["drowned"], Outcome::Passed);
        assert!(matches!(outcomes["sunk"], Outcome::Failed(_)));
        let outcomes = whole(1, 1).deduced(&unread);
        assert!(matches!(outcomes["drowned"], Outcome::CouldNotRun(_)));
    }

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
            assert_eq!(of_one(&stdout, "a::b"), printed, "{stdout}");
        }
    }

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

    quickcheck! {
        /// Lines of libtest's in any order, and others.
        fn whatever_a_program_prints_it_is_read(lines: Vec<Result<u8, String>>) -> bool {
            const LINES: [&str; 10] = [
                "running 2 tests", "test a ... ok", "test b - should panic ... FAILED", "test c ... ", "ok",
                "failures:", "---- b stdout ----", "    b", "test result: ok. 1 passed; x failed", "",
            ];
            let line = |line: Result<u8, String>| match line {
                Ok(which) => LINES[usize::from(which) % LINES.len()].to_owned(),
                Err(other) => other,
            };
            let text = lines.into_iter().map(line).collect::<Vec<_>>().join("\n");
            let outcomes = read(&text).outcomes();
            outcomes.keys().all(|name| text.contains(&format!("test {name}")))
        }

        /// What is written as libtest writes it comes back, whatever the tests print.
        fn what_libtest_writes_comes_back(tests: Vec<(u16, Option<String>)>) -> TestResult {
            let mut tests: BTreeMap<_, _> = tests.into_iter().map(|(name, printed)| (format!("t{name}"), printed)).collect();
            if tests.values().flatten().any(|printed| printed.lines().any(|line| line == "failures:")) {
                return TestResult::discard();
            }
            for printed in tests.values_mut().flatten() {
                printed.retain(|c| !c.is_control());
                *printed = printed.trim().to_owned();
            }
            let mut text = format!("running {} tests\n", tests.len());
            for (name, printed) in &tests {
                text += &format!("test {name} ... {}\n", if printed.is_some() { "FAILED" } else { "ok" });
            }
            let failed: Vec<_> = tests.iter().filter_map(|(name, printed)| Some((name, printed.as_ref()?))).collect();
            if !failed.is_empty() {
                text += "\nfailures:\n\n";
                for (name, printed) in &failed {
                    text += &format!("---- {name} stdout ----\n{printed}\n\n");
                }
                text += "\nfailures:\n";
                for (name, _) in &failed {
                    text += &format!("    {name}\n");
                }
            }
            text += &format!("\ntest result: x. {} passed; {} failed; 0 ignored; 0 measured; 0 filtered out\n", tests.len() - failed.len(), failed.len());
            let reading = read(&text);
            let expected = tests.iter().map(|(name, printed)| {
                let outcome = printed.as_ref().map_or(Outcome::Passed, |printed| Outcome::Failed(printed.clone()));
                (name.clone(), outcome)
            });
            TestResult::from_bool(reading.is_whole && reading.outcomes() == expected.collect())
        }
    }
}
