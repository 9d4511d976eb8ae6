//! JUnit's XML, as far as CI servers agree on it: suites of cases, each passed, failed, in error, or skipped. What they stand for is the caller's business.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite, XmlString};

/// Cases that belong together.
pub struct Suite {
    /// Its name.
    pub name: String,
    /// How long it took, where that is known.
    pub seconds: Option<f64>,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// One case.
pub struct Case {
    /// What it is part of.
    pub class: String,
    /// Its name.
    pub name: String,
    /// What came of it.
    pub outcome: CaseOutcome,
}

/// What came of a case.
pub enum CaseOutcome {
    /// It is as it should be.
    Passed,
    /// It is not.
    Failed(Detail),
    /// It could not be found out.
    Error(Detail),
    /// It was not tried; why.
    Skipped(String),
}

/// The message of a case that did not pass.
pub struct Detail {
    /// In a line.
    pub message: String,
    /// At length.
    pub text: String,
}

/// Writes a document of these suites.
///
/// # Errors
/// Those of `out`.
pub fn write(name: &str, suites: &[Suite], out: impl Write) -> io::Result<()> {
    let mut report = Report::new(allowed(name));
    for suite in suites {
        let mut written = TestSuite::new(allowed(&suite.name));
        let seconds = suite.seconds.map(Duration::try_from_secs_f64);
        // What is no time (a clock that went back) is left out.
        written.time = seconds.and_then(Result::ok);
        written.add_test_cases(suite.cases.iter().map(case));
        report.add_test_suite(written);
    }
    report.serialize(out).map_err(io::Error::other)
}

fn case(case: &Case) -> TestCase {
    let said = |kind, detail: &Detail| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(allowed(&detail.message));
        if !detail.text.is_empty() {
            status.set_description(allowed(&detail.text));
        }
        status
    };
    let status = match &case.outcome {
        CaseOutcome::Passed => TestCaseStatus::success(),
        CaseOutcome::Failed(detail) => said(NonSuccessKind::Failure, detail),
        CaseOutcome::Error(detail) => said(NonSuccessKind::Error, detail),
        CaseOutcome::Skipped(why) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(allowed(why));
            status
        }
    };
    let mut written = TestCase::new(allowed(&case.name), status);
    written.set_classname(allowed(&case.class));
    written
}

/// What `quick-junit` takes for text: it removes colours and what XML 1.0 (section 2.2) has no way to write, but for two characters; and it removes tabs, which keep columns apart.
fn allowed(text: &str) -> XmlString {
    XmlString::new(
        text.replace('\t', "    ")
            .replace(['\u{fffe}', '\u{ffff}'], ""),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    fn written(suites: &[Suite]) -> String {
        let mut out = Vec::new();
        write("crossum <test>", suites, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn case(outcome: CaseOutcome) -> Case {
        Case {
            class: "fixture lib".to_owned(),
            name: "tests::\"reads\" & <writes>".to_owned(),
            outcome,
        }
    }

    #[test]
    fn each_outcome_has_its_element() {
        let detail = |text: &str| Detail {
            message: "big-endian only".to_owned(),
            text: text.to_owned(),
        };
        let suites = [Suite {
            name: "s390x-unknown-linux-gnu".to_owned(),
            seconds: Some(1.5),
            cases: vec![
                case(CaseOutcome::Passed),
                case(CaseOutcome::Failed(detail(
                    "left:\t1\u{1b}[0m\nright:\t<2>",
                ))),
                case(CaseOutcome::Error(detail(""))),
                case(CaseOutcome::Skipped("needs a board".to_owned())),
            ],
        }];
        insta::assert_snapshot!(written(&suites));
    }

    quickcheck! {
        /// Whatever a test prints, what is written is XML, and the text comes back.
        fn whatever_is_said_it_is_xml(text: String, hostile: usize) -> bool {
            let text = text + ["\u{0}", "\u{1b}[31m", "\u{fffe}", "]]>"][hostile % 4];
            use quick_xml::Reader;
            use quick_xml::events::Event;
            let detail = Detail { message: text.clone(), text: format!("-{text}-") };
            let written = written(&[Suite { name: text.clone(), seconds: None, cases: vec![case(CaseOutcome::Failed(detail))] }]);
            let can_be_written = |c: char| c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}') || "\t\n\r".contains(c);
            let mut reader = Reader::from_str(&written);
            loop {
                match reader.read_event() {
                    Ok(Event::Eof) => return written.chars().all(can_be_written),
                    Ok(_) => {}
                    Err(_) => return false,
                }
            }
        }
    }
}
