//! What `cargo nextest list --message-format json` says of tests that nextest did not run. Pure.

use std::collections::BTreeMap;

use nextest_metadata::{FilterMatch, MismatchReason, TestListSummary};

/// Why nextest did not run a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NotRun {
    /// It is marked `#[ignore]`.
    Ignored,
    /// The project's configuration of nextest leaves it out. With nextest's word for what does: `default-filter`, ...
    LeftOut(String),
    /// Nothing leaves it out: it should have run.
    Selected,
}

/// Reads a list. The keys are the names of program and test.
///
/// # Errors
/// It is another document, or a newer one than this program knows.
pub(super) fn read(json: &str) -> serde_json::Result<BTreeMap<(String, String), NotRun>> {
    let mut tests = BTreeMap::new();
    for (program, suite) in TestListSummary::parse_json(json)?.rust_suites {
        for (name, case) in suite.test_cases {
            let not_run = match case.filter_match {
                FilterMatch::Matches => NotRun::Selected,
                FilterMatch::Mismatch {
                    reason: MismatchReason::Ignored,
                } => NotRun::Ignored,
                FilterMatch::Mismatch { reason } => NotRun::LeftOut(word(reason)?),
            };
            tests.insert((program.to_string(), name.to_string()), not_run);
        }
    }
    Ok(tests)
}

/// Nextest's word for a reason, as it is in the document.
fn word(reason: MismatchReason) -> serde_json::Result<String> {
    let word = serde_json::to_value(reason)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_read() {
        // As nextest 0.9.143 wrote it, shortened.
        let listed = read(
            r#"{"rust-build-meta":{"target-directory":"/t","base-output-directories":[],"non-test-binaries":{},"linked-paths":[]},"test-count":3,"rust-suites":{"fixture":{"package-name":"fixture",
            "binary-id":"fixture","binary-name":"fixture","package-id":"path+file:///f#0.1.0","kind":"lib","binary-path":"/t/fixture-1","build-platform":"target","cwd":"/f","status":"listed","testcases":{
            "a":{"kind":"test","ignored":false,"filter-match":{"status":"matches"}},
            "b":{"kind":"test","ignored":true,"filter-match":{"status":"mismatch","reason":"ignored"}},
            "c":{"kind":"test","ignored":false,"filter-match":{"status":"mismatch","reason":"default-filter"}}}}}}"#,
        )
        .unwrap();
        let of = |name: &str| &listed[&("fixture".to_owned(), name.to_owned())];
        assert_eq!(*of("a"), NotRun::Selected);
        assert_eq!(*of("b"), NotRun::Ignored);
        assert_eq!(*of("c"), NotRun::LeftOut("default-filter".to_owned()));
    }

    #[test]
    fn another_document_is_an_error() {
        assert!(read("{}").is_err());
        assert!(read("").is_err());
    }
}
