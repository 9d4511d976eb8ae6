//! What `cargo nextest list --message-format json` says of tests that nextest did not run: its stable document. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Why a test was not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unrun {
    /// It is marked `#[ignore]`.
    Ignored,
    /// The project's configuration of nextest leaves it out, by this: `default-filter`, ...
    LeftOut(String),
    /// It should have been.
    Meant,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Document {
    rust_suites: BTreeMap<String, Suite>,
}

#[derive(Deserialize)]
struct Suite {
    testcases: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Case {
    filter_match: Match,
}

#[derive(Deserialize)]
struct Match {
    status: String,
    reason: Option<String>,
}

/// Reads a list: program and name, and why.
///
/// # Errors
/// It is another document.
pub(super) fn read(json: &str) -> serde_json::Result<BTreeMap<(String, String), Unrun>> {
    let document: Document = serde_json::from_str(json)?;
    let suites = document.rust_suites.into_iter();
    let tests = suites.flat_map(|(program, suite)| {
        let tests = suite.testcases.into_iter();
        tests.map(move |(name, case)| ((program.clone(), name), case.filter_match.why()))
    });
    Ok(tests.collect())
}

impl Match {
    fn why(self) -> Unrun {
        match (self.status.as_str(), self.reason) {
            ("mismatch", Some(reason)) if reason == "ignored" => Unrun::Ignored,
            ("mismatch", reason) => Unrun::LeftOut(reason.unwrap_or_default()),
            _ => Unrun::Meant,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_read() {
        // As nextest 0.9.143 wrote it, shortened.
        let listed = read(
            r#"{"test-count":3,"rust-suites":{"fixture":{"package-name":"fixture","status":"listed","testcases":{
            "a":{"kind":"test","ignored":false,"filter-match":{"status":"matches"}},
            "b":{"kind":"test","ignored":true,"filter-match":{"status":"mismatch","reason":"ignored"}},
            "c":{"kind":"test","ignored":false,"filter-match":{"status":"mismatch","reason":"default-filter"}}}}}}"#,
        )
        .unwrap();
        let of = |name: &str| &listed[&("fixture".to_owned(), name.to_owned())];
        assert_eq!(*of("a"), Unrun::Meant);
        assert_eq!(*of("b"), Unrun::Ignored);
        assert_eq!(*of("c"), Unrun::LeftOut("default-filter".to_owned()));
    }
}
