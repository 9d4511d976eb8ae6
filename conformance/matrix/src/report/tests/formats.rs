//! The same matrix in every format.

use super::Made;
use crate::report::{annotations, markdown, sarif, suites};
use kit::junit;

fn xml(made: &Made) -> String {
    let judged = made.judge();
    let mut xml = Vec::new();
    junit::write("crossum matrix", &suites::of(&judged.matrix()), &mut xml).unwrap();
    String::from_utf8(xml).unwrap()
}

#[test]
fn junit_counts_what_there_is_and_tells_what_went_wrong() {
    let xml = xml(&Made::troubled());
    let held = |line: &&str| !(line.contains("<testcase") && line.ends_with("/>"));
    let shown: Vec<_> = xml.lines().filter(held).collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn markdown_of_what_went_well() {
    let made = Made::small();
    insta::assert_snapshot!(markdown::text(&made.judge().matrix()));
}

#[test]
fn markdown_of_what_did_not() {
    let made = Made::troubled();
    insta::assert_snapshot!(markdown::text(&made.judge().matrix()));
}

#[test]
fn sarif_has_a_result_for_each_cell_in_trouble_with_a_fingerprint_of_its_own() {
    let made = Made::troubled();
    let log = serde_json::to_value(sarif::document(&made.judge().matrix())).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&log["runs"][0]["results"]).unwrap());
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fingerprint = |result: &serde_json::Value| result["partialFingerprints"].to_string();
    let mut fingerprints: Vec<_> = results.iter().map(fingerprint).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), 3);
    // What else happens changes none of them: they are what makes a result the same one.
    let mut again = Made::troubled();
    again.wrong(
        "text",
        "c-gcc@i686-unknown-linux-gnu",
        "rust@powerpc-unknown-linux-gnu",
        5,
    );
    let log = serde_json::to_value(sarif::document(&again.judge().matrix())).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let mut others: Vec<_> = results.iter().map(fingerprint).collect();
    others.sort();
    assert_eq!(fingerprints, others);
}

#[test]
fn annotations_are_a_line_each() {
    let made = Made::troubled();
    let mut text = String::new();
    annotations::write(&made.judge().matrix(), &mut text).unwrap();
    insta::assert_snapshot!(text);
}
