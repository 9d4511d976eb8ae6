//! JUnit's XML, as far as CI servers agree on it: suites of cases, each passed, failed, in error, or skipped. What they stand for is the caller's business.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

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
    let mut writer = Writer::new_with_indent(out, b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = suites.iter().flat_map(|suite| &suite.cases);
    let mut root = BytesStart::new("testsuites");
    attribute(&mut root, "name", name);
    counts(&mut root, all);
    writer.write_event(Event::Start(root))?;
    for suite in suites {
        let mut start = BytesStart::new("testsuite");
        attribute(&mut start, "name", &suite.name);
        counts(&mut start, suite.cases.iter());
        if let Some(seconds) = suite.seconds {
            attribute(&mut start, "time", &format!("{seconds:.3}"));
        }
        writer.write_event(Event::Start(start))?;
        for one in &suite.cases {
            case(one, &mut writer)?;
        }
        writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writer.get_mut().write_all(b"\n")
}

fn counts<'a>(element: &mut BytesStart<'_>, cases: impl Iterator<Item = &'a Case> + Clone) {
    let count = |wanted: fn(&CaseOutcome) -> bool| {
        cases
            .clone()
            .filter(|case| wanted(&case.outcome))
            .count()
            .to_string()
    };
    attribute(element, "tests", &count(|_| true));
    attribute(
        element,
        "failures",
        &count(|outcome| matches!(outcome, CaseOutcome::Failed(_))),
    );
    attribute(
        element,
        "errors",
        &count(|outcome| matches!(outcome, CaseOutcome::Error(_))),
    );
    attribute(
        element,
        "skipped",
        &count(|outcome| matches!(outcome, CaseOutcome::Skipped(_))),
    );
}

fn case(case: &Case, writer: &mut Writer<impl Write>) -> io::Result<()> {
    let mut start = BytesStart::new("testcase");
    attribute(&mut start, "classname", &case.class);
    attribute(&mut start, "name", &case.name);
    let (tag, message, text) = match &case.outcome {
        CaseOutcome::Passed => return writer.write_event(Event::Empty(start)),
        CaseOutcome::Failed(detail) => ("failure", &detail.message, detail.text.as_str()),
        CaseOutcome::Error(detail) => ("error", &detail.message, detail.text.as_str()),
        CaseOutcome::Skipped(why) => ("skipped", why, ""),
    };
    writer.write_event(Event::Start(start))?;
    let mut inner = BytesStart::new(tag);
    attribute(&mut inner, "message", message);
    if text.is_empty() {
        writer.write_event(Event::Empty(inner))?;
    } else {
        writer.write_event(Event::Start(inner))?;
        writer.write_event(Event::Text(BytesText::new(&allowed(text))))?;
        writer.write_event(Event::End(BytesEnd::new(tag)))?;
    }
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn attribute(element: &mut BytesStart<'_>, name: &str, value: &str) {
    element.push_attribute((name, allowed(value).as_str()));
}

/// Without what XML 1.0 (section 2.2) has no way to write.
fn allowed(text: &str) -> String {
    let is_allowed = |c: &char| match *c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => c >= ' ',
    };
    text.chars().filter(is_allowed).collect()
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
                case(CaseOutcome::Failed(detail("left: 1\u{1b}[0m\nright: <2>"))),
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
