//! JUnit XML, as CI systems read it: suites of cases, whatever they are of.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// Cases that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// The cases, in order.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it belongs to: CI systems group by it.
    pub class: String,
    /// Its name.
    pub name: String,
    /// How long it took, where that is known.
    pub seconds: Option<f64>,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed.
    Failed {
        /// A line.
        message: String,
        /// The evidence, and how to see it again.
        text: String,
    },
    /// It could not run, which is neither.
    Errored {
        /// A line.
        message: String,
        /// The reason at length.
        text: String,
    },
    /// There was nothing to run.
    Skipped {
        /// Why.
        message: String,
    },
}

/// Writes the suites.
///
/// # Errors
/// Those of `out`.
pub fn write(name: &str, suites: &[Suite], out: impl Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 1);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = suites.iter().flat_map(|suite| &suite.cases);
    xml.write_event(Event::Start(counted("testsuites", name, all)))?;
    for suite in suites {
        xml.write_event(Event::Start(counted(
            "testsuite",
            &suite.name,
            &suite.cases,
        )))?;
        for case in &suite.cases {
            write_case(case, &mut xml)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    xml.into_inner().write_all(b"\n")
}

fn counted<'a>(
    tag: &'static str,
    name: &str,
    cases: impl IntoIterator<Item = &'a Case>,
) -> BytesStart<'static> {
    let (mut tests, mut failures, mut errors, mut skipped, mut seconds) = (0, 0, 0, 0, None);
    for case in cases {
        tests += 1;
        match case.outcome {
            Outcome::Passed => {}
            Outcome::Failed { .. } => failures += 1,
            Outcome::Errored { .. } => errors += 1,
            Outcome::Skipped { .. } => skipped += 1,
        }
        seconds = case
            .seconds
            .map(|its| seconds.unwrap_or(0.0) + its)
            .or(seconds);
    }
    let mut start = BytesStart::new(tag);
    start.push_attribute(("name", legal(name).as_str()));
    for (key, count) in [
        ("tests", tests),
        ("failures", failures),
        ("errors", errors),
        ("skipped", skipped),
    ] {
        start.push_attribute((key, i32::to_string(&count).as_str()));
    }
    timed(&mut start, seconds);
    start
}

fn timed(start: &mut BytesStart<'_>, seconds: Option<f64>) {
    if let Some(seconds) = seconds {
        start.push_attribute(("time", format!("{seconds:.3}").as_str()));
    }
}

fn write_case(case: &Case, xml: &mut Writer<impl Write>) -> io::Result<()> {
    let mut start = BytesStart::new("testcase");
    start.push_attribute(("classname", legal(&case.class).as_str()));
    start.push_attribute(("name", legal(&case.name).as_str()));
    timed(&mut start, case.seconds);
    let (tag, message, text) = match &case.outcome {
        Outcome::Passed => return xml.write_event(Event::Empty(start)),
        Outcome::Failed { message, text } => ("failure", message, text.as_str()),
        Outcome::Errored { message, text } => ("error", message, text.as_str()),
        Outcome::Skipped { message } => ("skipped", message, ""),
    };
    xml.write_event(Event::Start(start))?;
    let mut inner = BytesStart::new(tag);
    inner.push_attribute(("message", legal(message).as_str()));
    if text.is_empty() {
        xml.write_event(Event::Empty(inner))?;
    } else {
        xml.write_event(Event::Start(inner))?;
        xml.write_event(Event::Text(BytesText::new(&legal(text))))?;
        xml.write_event(Event::End(BytesEnd::new(tag)))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

/// What XML 1.0 has no way to say (section 2.2), the escape characters of a compiler's colours for one, becomes U+FFFD.
fn legal(text: &str) -> String {
    let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars()
        .map(|c| {
            if is_legal(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(name: &str, outcome: Outcome) -> Case {
        Case {
            class: "class".to_owned(),
            name: name.to_owned(),
            seconds: None,
            outcome,
        }
    }

    #[test]
    fn each_outcome_as_ci_systems_read_it() {
        let suite = Suite {
            name: "a \"suite\" <of> five".to_owned(),
            cases: vec![
                case("passed", Outcome::Passed),
                Case {
                    seconds: Some(0.25),
                    ..case("timed", Outcome::Passed)
                },
                case(
                    "failed",
                    Outcome::Failed {
                        message: "3 & 4".to_owned(),
                        text: "two\nlines ]]> <b>".to_owned(),
                    },
                ),
                case(
                    "errored",
                    Outcome::Errored {
                        message: "in \u{1b}[31mred\u{1b}[0m".to_owned(),
                        text: "nul: \0".to_owned(),
                    },
                ),
                case(
                    "skipped",
                    Outcome::Skipped {
                        message: "nothing to run".to_owned(),
                    },
                ),
            ],
        };
        let mut xml = Vec::new();
        write("all", &[suite], &mut xml).unwrap();
        insta::assert_snapshot!(String::from_utf8(xml).unwrap());
    }

    #[test]
    fn whatever_is_said_it_can_be_read_back() {
        fn property(message: String) -> bool {
            let failed = Outcome::Failed {
                message: message.clone(),
                text: message.clone(),
            };
            let suite = Suite {
                name: message.clone(),
                cases: vec![case(&message, failed)],
            };
            let mut xml = Vec::new();
            write(&message, &[suite], &mut xml).unwrap();
            let xml = String::from_utf8(xml).unwrap();
            let mut reader = quick_xml::Reader::from_str(&xml);
            loop {
                match reader.read_event() {
                    Ok(Event::Eof) => return true,
                    Ok(Event::Start(start) | Event::Empty(start)) => {
                        if start.attributes().any(|attribute| attribute.is_err()) {
                            return false;
                        }
                    }
                    Ok(_) => {}
                    Err(_) => return false,
                }
            }
        }
        quickcheck::quickcheck(property as fn(_) -> _);
    }
}
