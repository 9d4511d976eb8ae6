//! What libtest prints while it runs tests, read. Pure.
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
//! rustdoc prints several such sections, one after the other. What tests print past libtest's capture may stand anywhere between these lines. Where a result cannot be read for that reason, the names from `--list` and the counts in the last line decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::results::TestOutcome;

/// What a program of tests printed, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Transcript {
    /// How many tests it announced. `None` where it is no libtest.
    pub announced: Option<usize>,
    /// Whether every section that it began has its last line.
    pub is_whole: bool,
    /// The result line of each test.
    results: BTreeMap<String, LineResult>,
    /// What each failing test printed, captured by libtest.
    printed: BTreeMap<String, String>,
    /// The failing tests, from the list at the end.
    listed_as_failed: BTreeSet<String>,
    /// The counts of the last lines, added up: failed, ignored.
    counted: (usize, usize),
}

/// What a result line says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum LineResult {
    Passed,
    Failed,
    Ignored(Option<String>),
}

/// What libtest may append to a name.
const MARKS: [&str; 3] = [" - should panic", " - compile fail", " - compile"];

/// The part of a section that a line is in.
enum Part {
    Before,
    Results {
        unfinished: Option<(String, Option<LineResult>)>,
    },
    Printed {
        of: Option<String>,
    },
    Failed,
}

/// Reads standard output.
pub(super) fn read(stdout: &str) -> Transcript {
    let mut transcript = Transcript::default();
    let (mut begun, mut ended) = (0_usize, 0_usize);
    let mut part = Part::Before;
    for line in stdout.lines() {
        part = match part {
            Part::Before => match announced(line) {
                Some(count) => {
                    begun += 1;
                    transcript.announced = Some(transcript.announced.unwrap_or(0) + count);
                    Part::Results { unfinished: None }
                }
                None => Part::Before,
            },
            Part::Results { unfinished } => {
                let (next, over) = transcript.result(line, unfinished);
                ended += usize::from(over);
                next
            }
            Part::Printed { of } => transcript.printed(line, of),
            Part::Failed => {
                if transcript.end(line) {
                    ended += 1;
                    Part::Before
                } else {
                    transcript.listed_as_failed.insert(bare(line.trim()));
                    Part::Failed
                }
            }
        };
    }
    transcript.listed_as_failed.remove("");
    transcript.is_whole = begun > 0 && begun == ended;
    transcript
}

/// What came of the tests that it reports, by name.
pub(crate) fn outcomes(stdout: &str) -> BTreeMap<String, TestOutcome> {
    read(stdout).outcomes()
}

/// `running 3 tests`
pub(super) fn announced(line: &str) -> Option<usize> {
    let (count, what) = line.strip_prefix("running ")?.split_once(' ')?;
    matches!(what, "test" | "tests").then(|| count.parse().ok())?
}

/// A name without what libtest appends.
pub(super) fn bare(name: &str) -> String {
    let mark = MARKS.iter().find_map(|mark| name.strip_suffix(mark));
    mark.unwrap_or(name).to_owned()
}

/// The result at the start of a text: `ok`, `FAILED`, `ignored, why` or `bench: ...`. A newer libtest may append words in brackets.
fn result(text: &str) -> Option<LineResult> {
    let word = text.split([' ', ',', ':']).next()?;
    match word {
        "ok" | "bench" => Some(LineResult::Passed),
        "FAILED" => Some(LineResult::Failed),
        "ignored" => {
            let why = text.strip_prefix("ignored, ");
            Some(LineResult::Ignored(why.map(str::to_owned)))
        }
        _ => None,
    }
}

/// The result at the end of a line, where a test printed words of its own before it.
fn trailing(line: &str) -> Option<LineResult> {
    if line.ends_with("FAILED") {
        Some(LineResult::Failed)
    } else if line.ends_with("ignored") {
        Some(LineResult::Ignored(None))
    } else {
        line.ends_with("ok").then_some(LineResult::Passed)
    }
}

impl Transcript {
    /// Reads a line among the results. Gives the part that follows, and whether this line ends the section.
    fn result(
        &mut self,
        line: &str,
        unfinished: Option<(String, Option<LineResult>)>,
    ) -> (Part, bool) {
        let rest = line.strip_prefix("test ");
        let mut names = rest
            .into_iter()
            .flat_map(|rest| rest.match_indices(" ... ").map(move |(at, _)| (rest, at)));
        let split = names.clone().find_map(|(rest, at)| {
            let result = result(rest.get(at + 5..)?)?;
            Some((rest.get(..at)?, result))
        });
        if let Some((name, result)) = split {
            self.settle_unfinished(unfinished);
            self.results.insert(bare(name), result);
            return (Part::Results { unfinished: None }, false);
        }
        if let Some((rest, at)) = names.next() {
            // With one thread libtest prints the name first, then the test prints, then the result follows.
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
        let unfinished = unfinished.map(|(name, earlier)| (name, trailing(line).or(earlier)));
        (Part::Results { unfinished }, false)
    }

    fn settle_unfinished(&mut self, unfinished: Option<(String, Option<LineResult>)>) {
        if let Some((name, Some(result))) = unfinished {
            self.results.insert(name, result);
        }
    }

    /// Reads a line of what failing tests printed.
    fn printed(&mut self, line: &str, of: Option<String>) -> Part {
        let heading = line
            .strip_prefix("---- ")
            .and_then(|line| line.strip_suffix(" stdout ----"));
        let name = heading.map(bare);
        // A test may print such a heading itself. So a heading counts only once, and only for a test that has a result.
        if let Some(name) = name
            && self.results.contains_key(&name)
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

    /// Reads the last line of a section, `test result: FAILED. 1 passed; 1 failed; 1 ignored; ...`. Gives whether it is one.
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

    /// How many of the announced tests have no result line.
    pub(super) fn unreported(&self) -> usize {
        let announced = self.announced.unwrap_or(0);
        announced.saturating_sub(self.results.len())
    }

    /// What came of each test that has a result line.
    pub(super) fn outcomes(&self) -> BTreeMap<String, TestOutcome> {
        let outcome = |(name, result): (&String, &LineResult)| {
            let outcome = match result {
                LineResult::Passed => TestOutcome::Passed,
                LineResult::Failed => {
                    let printed = self.printed.get(name).map(|printed| printed.trim());
                    TestOutcome::Failed(printed.unwrap_or_default().to_owned())
                }
                LineResult::Ignored(why) => TestOutcome::Ignored(why.clone()),
            };
            (name.clone(), outcome)
        };
        self.results.iter().map(outcome).collect()
    }

    /// What came of these tests, which have no result line that can be read. The program must have come to its end: the list of failures and the counts decide.
    pub(super) fn deduced(&self, unread: &[String]) -> BTreeMap<String, TestOutcome> {
        let count = |wanted: fn(&LineResult) -> bool| {
            let results = self.results.values();
            results.filter(|result| wanted(result)).count()
        };
        let ignored = count(|result| matches!(result, LineResult::Ignored(_)));
        let failed_unread = unread
            .iter()
            .filter(|name| self.listed_as_failed.contains(*name));
        let all_known = self.counted.1 == ignored
            && self.counted.0
                == failed_unread.count() + count(|result| *result == LineResult::Failed);
        let outcome = |name: &String| {
            let outcome = if self.listed_as_failed.contains(name) {
                let printed = self.printed.get(name).cloned();
                TestOutcome::Failed(printed.unwrap_or_default())
            } else if all_known {
                TestOutcome::Passed
            } else {
                TestOutcome::CouldNotRun(
                    "its result cannot be read between what tests printed".to_owned(),
                )
            };
            (name.clone(), outcome)
        };
        unread.iter().map(outcome).collect()
    }

    /// Whether a test has a result line.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.results.contains_key(name)
    }
}

#[cfg(test)]
mod tests;
