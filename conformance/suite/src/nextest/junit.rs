//! What nextest reports: its JUnit, which is stable. (Its JSON lines are an experiment that an environment variable has to allow, and may change.) Pure.
//!
//! ```xml
//! <testsuite name="codec::it">
//!   <testcase name="reads" classname="codec::it">
//!     <failure message="..." type="test failure with exit code 101">...</failure>
//!     <system-out>...</system-out><system-err>...</system-err>
//! ```
//!
//! What a test printed is what libtest, told to run this one test, printed around it: [`libtest`] takes that off.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::libtest;
use super::super::outcome::Outcome;

/// What came of the tests, by program and name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) outcomes: BTreeMap<(String, String), Outcome>,
    /// Those that passed only when they were tried again.
    pub(super) flaky: Vec<(String, String)>,
}

/// A test as it is being read.
#[derive(Default)]
struct Case {
    name: String,
    trouble: Option<Trouble>,
    is_skipped: bool,
    is_flaky: bool,
    stdout: String,
    stderr: String,
}

/// A `failure` or `error`.
struct Trouble {
    kind: String,
    text: String,
}

/// libtest's own status for a test that failed.
const AS_TESTS_FAIL: &str = "test failure with exit code 101";

/// A test whose time was over.
const LATE: &str = "test timeout";

/// Reads a report.
///
/// # Errors
/// It is not XML.
pub(super) fn read(xml: &str) -> Result<Report, quick_xml::Error> {
    let mut reader = Reader::from_str(xml);
    let mut report = Report::default();
    let (mut suite, mut case) = (String::new(), None::<Case>);
    // The elements that are open inside of a case; what earlier attempts printed is inside of an element of theirs.
    let mut open: Vec<String> = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Eof => return Ok(report),
            Event::Start(start) => match name(&start).as_str() {
                "testsuite" => suite = attribute(&start, "name"),
                "testcase" => {
                    open.clear();
                    case = Some(Case::of(&start));
                }
                tag => {
                    if let Some(case) = case.as_mut().filter(|_| open.is_empty()) {
                        case.begin(tag, &start);
                    }
                    open.push(tag.to_owned());
                }
            },
            Event::Empty(start) => match name(&start).as_str() {
                "testcase" => report.add(&suite, Case::of(&start)),
                tag => {
                    if let Some(case) = case.as_mut().filter(|_| open.is_empty()) {
                        case.begin(tag, &start);
                    }
                }
            },
            Event::Text(text) => {
                if let (Some(case), [tag]) = (case.as_mut(), open.as_slice()) {
                    case.say(tag, &text);
                }
            }
            Event::CData(text) => {
                if let (Some(case), [tag]) = (case.as_mut(), open.as_slice()) {
                    case.say(tag, &text);
                }
            }
            Event::GeneralRef(reference) => {
                let written = format!("&{};", &*reference);
                let meant = quick_xml::escape::unescape(&written)?;
                if let (Some(case), [tag]) = (case.as_mut(), open.as_slice()) {
                    case.say(tag, &meant);
                }
            }
            Event::End(end) if end.name().as_ref() == "testcase" => {
                if let Some(case) = case.take() {
                    report.add(&suite, case);
                }
            }
            Event::End(_) => drop(open.pop()),
            _ => {}
        }
    }
}

fn name(start: &BytesStart<'_>) -> String {
    start.name().as_ref().to_owned()
}

fn attribute(start: &BytesStart<'_>, name: &str) -> String {
    let attribute = start.try_get_attribute(name).ok().flatten();
    let value =
        attribute.and_then(|one| Some(quick_xml::escape::unescape(&one.value).ok()?.into_owned()));
    value.unwrap_or_default()
}

impl Case {
    fn of(start: &BytesStart<'_>) -> Case {
        Case {
            name: attribute(start, "name"),
            ..Case::default()
        }
    }

    fn begin(&mut self, tag: &str, start: &BytesStart<'_>) {
        match tag {
            "failure" | "error" => {
                self.trouble = Some(Trouble {
                    kind: attribute(start, "type"),
                    text: String::new(),
                });
            }
            "skipped" => self.is_skipped = true,
            "flakyFailure" | "flakyError" => self.is_flaky = true,
            _ => {}
        }
    }

    fn say(&mut self, tag: &str, text: &str) {
        match (tag, &mut self.trouble) {
            ("system-out", _) => self.stdout.push_str(text),
            ("system-err", _) => self.stderr.push_str(text),
            ("failure" | "error", Some(trouble)) => trouble.text.push_str(text),
            _ => {}
        }
    }

    fn outcome(&self) -> Outcome {
        let Some(trouble) = &self.trouble else {
            return match self.is_skipped {
                true => Outcome::Ignored(None),
                false => Outcome::Passed,
            };
        };
        if trouble.kind.starts_with(LATE) {
            return Outcome::CouldNotRun("was still running when its time was over, and was killed (--limit gives it more, or `slow-timeout` in nextest's configuration)".to_owned());
        }
        let own = libtest::of_one(&self.stdout, &self.name);
        let printed = [own.as_str(), &self.stderr];
        let said = match trouble.kind.as_str() {
            AS_TESTS_FAIL => told(&printed),
            _ => told(&[&trouble.text, &self.stderr, &own]),
        };
        match said.as_str() {
            "" => Outcome::Failed(trouble.text.trim().to_owned()),
            _ => Outcome::Failed(said),
        }
    }
}

fn told(said: &[&str]) -> String {
    let said = said.iter().map(|said| said.trim());
    let said: Vec<_> = said.filter(|said| !said.is_empty()).collect();
    said.join("\n")
}

impl Report {
    fn add(&mut self, suite: &str, case: Case) {
        let id = (suite.to_owned(), case.name.clone());
        let outcome = case.outcome();
        if case.is_flaky && outcome == Outcome::Passed {
            self.flaky.push(id.clone());
        }
        self.outcomes.insert(id, outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As nextest 0.9.143 wrote it, shortened.
    const REPORT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="7" skipped="0" failures="5" errors="0">
    <testsuite name="fixture" tests="6" skipped="0" errors="0" failures="5">
        <testcase name="tests::ab" classname="fixture" time="0.050">
            <failure message="process aborted with signal 6 (SIGABRT)" type="test abort">process aborted with signal 6 (SIGABRT)</failure>
            <rerunFailure message="process aborted" type="test abort">process aborted
                <system-out>
earlier
</system-out>
            </rerunFailure>
            <system-out>
running 1 test
</system-out>
            <system-err>going down
</system-err>
        </testcase>
        <testcase name="tests::np" classname="fixture" time="0.005">
            <failure message="note: test did not panic" type="test failure with exit code 101">note: test did not panic</failure>
            <system-out>
running 1 test
test tests::np - should panic ... FAILED

failures:

---- tests::np stdout ----
note: test did not panic as expected at src/lib.rs:6:28

failures:
    tests::np

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.00s

</system-out>
            <system-err></system-err>
        </testcase>
        <testcase name="tests::reads" classname="fixture" time="0.084">
            <failure message="thread &apos;tests::reads&apos;" type="test failure with exit code 101">shortened</failure>
            <system-out>
running 1 test
to stdout
test tests::reads ... FAILED

failures:

failures:
    tests::reads

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.08s

</system-out>
            <system-err>to stderr

thread &apos;tests::reads&apos; (2637) panicked at src/lib.rs:3:68:
left &lt; right
</system-err>
        </testcase>
        <testcase name="tests::hangs" classname="fixture" time="2.0">
            <failure type="test timeout"/>
        </testcase>
        <testcase name="tests::wavers" classname="fixture" time="0.1">
            <flakyFailure message="x" type="test failure with exit code 101">x<system-err>y</system-err></flakyFailure>
        </testcase>
        <testcase name="tests::traps" classname="fixture" time="0.080"/>
    </testsuite>
    <testsuite name="fixture::it" tests="1">
        <testcase name="tests::traps" classname="fixture::it" time="0.081"/>
    </testsuite>
</testsuites>
"#;

    #[test]
    fn every_kind_of_result_is_read() {
        let report = read(REPORT).unwrap();
        let of = |name: &str| &report.outcomes[&("fixture".to_owned(), format!("tests::{name}"))];
        let failed = |said: &str| Outcome::Failed(said.to_owned());
        assert_eq!(
            *of("ab"),
            failed("process aborted with signal 6 (SIGABRT)\ngoing down")
        );
        assert_eq!(
            *of("np"),
            failed("note: test did not panic as expected at src/lib.rs:6:28")
        );
        assert_eq!(
            *of("reads"),
            failed(
                "to stdout\nto stderr\n\nthread 'tests::reads' (2637) panicked at src/lib.rs:3:68:\nleft < right"
            )
        );
        assert!(matches!(of("hangs"), Outcome::CouldNotRun(why) if why.contains("--limit")));
        assert_eq!(*of("wavers"), Outcome::Passed);
        assert_eq!(*of("traps"), Outcome::Passed);
        assert_eq!(
            report.flaky,
            [("fixture".to_owned(), "tests::wavers".to_owned())]
        );
        assert_eq!(report.outcomes.len(), 7);
    }

    #[test]
    fn a_report_that_ends_in_the_middle_is_none() {
        for end in 0..REPORT.len() {
            let cut = REPORT.get(..end).unwrap_or_default();
            if let Ok(report) = read(cut) {
                assert!(report.outcomes.len() <= 7);
            }
        }
        assert!(read("<testsuites><testsuite name=\"x\"></testcase>").is_err());
    }
}
