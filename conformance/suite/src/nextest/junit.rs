//! The results in nextest's JUnit, read by the crate with which nextest writes it. Pure.
//!
//! Nextest's JUnit is stable. Its JSON lines are an experiment that may change.
//!
//! ```xml
//! <testsuite name="codec::it">
//!   <testcase name="reads" classname="codec::it">
//!     <failure message="..." type="test failure with exit code 101">...</failure>
//!     <system-out>...</system-out><system-err>...</system-err>
//! ```
//!
//! For each test nextest starts its program with this test alone. What the test printed is in libtest's frame, which [`printed_by`] takes off.

use std::collections::BTreeMap;

use quick_junit::{DeserializeError, TestCase, TestCaseStatus, XmlString};

use crate::libtest::printed_by;
use crate::results::TestOutcome;

/// What came of the tests, by program and name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NextestResults {
    pub(super) outcomes: BTreeMap<(String, String), TestOutcome>,
    /// Those that failed at first, and passed when nextest tried them again.
    pub(super) flaky: Vec<(String, String)>,
}

/// The type of a failure by libtest's own exit status.
const AS_TESTS_FAIL: &str = "test failure with exit code 101";

/// The type of a failure by a time limit begins so.
const TIMED_OUT: &str = "test timeout";

/// Reads a report.
///
/// # Errors
/// It is no JUnit, or it is not whole.
pub(super) fn read(xml: &str) -> Result<NextestResults, DeserializeError> {
    let mut results = NextestResults::default();
    for suite in quick_junit::Report::deserialize_from_str(xml)?.test_suites {
        for case in suite.test_cases {
            let id = (suite.name.to_string(), case.name.to_string());
            if matches!(&case.status, TestCaseStatus::Success { flaky_runs } if !flaky_runs.is_empty())
            {
                results.flaky.push(id.clone());
            }
            results.outcomes.insert(id, outcome(&case));
        }
    }
    Ok(results)
}

fn outcome(case: &TestCase) -> TestOutcome {
    let (kind, description) = match &case.status {
        TestCaseStatus::Success { .. } => return TestOutcome::Passed,
        TestCaseStatus::Skipped { .. } => return TestOutcome::Ignored(None),
        TestCaseStatus::NonSuccess {
            ty, description, ..
        } => (text(ty), text(description)),
    };
    if kind.starts_with(TIMED_OUT) {
        return TestOutcome::CouldNotRun("was still running when its time was over, and was killed (--limit gives it more, or `slow-timeout` in nextest's configuration)".to_owned());
    }
    let stdout = printed_by(text(&case.system_out), &case.name);
    let stderr = text(&case.system_err);
    let words = match kind {
        AS_TESTS_FAIL => joined(&[&stdout, stderr]),
        _ => joined(&[description, stderr, &stdout]),
    };
    TestOutcome::Failed(match words.as_str() {
        "" => description.trim().to_owned(),
        _ => words,
    })
}

fn text(element: &Option<XmlString>) -> &str {
    element.as_ref().map_or("", XmlString::as_str)
}

/// The texts that are not empty, one below the other.
fn joined(texts: &[&str]) -> String {
    let texts = texts.iter().map(|text| text.trim());
    let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use quick_junit::{NonSuccessKind, Report, TestSuite};
    use quickcheck::quickcheck;

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
        let results = read(REPORT).unwrap();
        let of = |name: &str| &results.outcomes[&("fixture".to_owned(), format!("tests::{name}"))];
        let failed = |said: &str| TestOutcome::Failed(said.to_owned());
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
        assert!(matches!(of("hangs"), TestOutcome::CouldNotRun(why) if why.contains("--limit")));
        assert_eq!(*of("wavers"), TestOutcome::Passed);
        assert_eq!(*of("traps"), TestOutcome::Passed);
        assert_eq!(
            results.flaky,
            [("fixture".to_owned(), "tests::wavers".to_owned())]
        );
        assert_eq!(results.outcomes.len(), 7);
    }

    #[test]
    fn a_report_that_is_not_whole_is_an_error() {
        let end = REPORT.find("</testsuites>").unwrap();
        for end in 0..end {
            let cut = REPORT.get(..end).unwrap_or_default();
            assert!(read(cut).is_err(), "{cut}");
        }
        assert!(read("<testsuites><testsuite name=\"x\"></testcase>").is_err());
    }

    quickcheck! {
        /// Whatever a test prints, a report that nextest's own crate writes of it is read.
        fn whatever_a_test_prints_its_report_is_read(name: String, stdout: String, stderr: String) -> bool {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(AS_TESTS_FAIL).set_description(stdout.clone());
            let mut case = TestCase::new(name, status);
            case.set_system_out(stdout).set_system_err(stderr);
            let id = ("codec".to_owned(), case.name.to_string());
            let mut suite = TestSuite::new("codec");
            suite.add_test_case(case);
            let mut report = Report::new("nextest-run");
            report.add_test_suite(suite);
            let results = read(&report.to_string().unwrap()).unwrap();
            matches!(results.outcomes.get(&id), Some(TestOutcome::Failed(_)))
        }
    }
}
