//! What this crate and `layout` do not know: what is built with them is somebody else's matter.

#![allow(
    clippy::panic,
    reason = "all of this is a test, and clippy knows only `#[test]` functions as such"
)]

use std::path::{Path, PathBuf};

/// The words of the sum protocol and of the bench around it.
const OF_THE_PRODUCT: &[&str] = &[
    "gauge",
    "participant",
    "participants",
    "proto",
    "sumcli",
    "sumsrv",
];
/// Besides, in `cross`: a layout may add sizes, and DWARF has encodings.
const OF_THE_PROTOCOL: &[&str] = &["encoding", "encodings", "sum", "sums"];

#[test]
fn cross_never_mentions_sums() {
    let words = [OF_THE_PRODUCT, OF_THE_PROTOCOL].concat();
    let found = mentions(&["src", "targets.toml", "Cargo.toml"], &words);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn layout_knows_neither_the_product_nor_a_command_line() {
    let words = [
        OF_THE_PRODUCT,
        &["clap", "strsim", "did_you_mean", "nearest"],
    ]
    .concat();
    let places = [
        "src",
        "examples",
        "abis.toml",
        "Cargo.toml",
        "README.md",
        "CHANGELOG.md",
    ];
    let places = places.map(|place| format!("../layout/{place}"));
    let found = mentions(&places, &words);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The lines in files and folders of this crate that have one of these words.
fn mentions(places: &[impl AsRef<Path>], words: &[&str]) -> Vec<String> {
    let mut files = Vec::new();
    for place in places {
        collect(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(place),
            &mut files,
        );
    }
    assert!(files.len() > 1, "{files:?}");
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a text");
        for (line, number) in text.lines().zip(1..) {
            if let Some(word) = mentioned(line, words) {
                found.push(format!("{}:{number}: `{word}`: {line}", file.display()));
            }
        }
    }
    found
}

fn collect(place: &Path, files: &mut Vec<PathBuf>) {
    if place.is_dir() {
        for entry in place.read_dir().expect("a folder") {
            collect(&entry.expect("an entry").path(), files);
        }
    } else {
        files.push(place.to_owned());
    }
}

/// The first of these words in a line, whatever its case. A word is letters, digits and underscores; those of a name in `CamelCase` count one by one, too.
fn mentioned<'w>(line: &str, words: &[&'w str]) -> Option<&'w str> {
    // `sum` is also what adds up an iterator, and a kind of type in BTF has a name with `PROTO`.
    let line = line.replace(".sum(", "").replace(".sum::<", "");
    let line = line.replace("FUNC_PROTO", "");
    let whole = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    whole
        .flat_map(parts)
        .find_map(|part| words.iter().find(|word| **word == part).copied())
}

/// A word in lower case, and the parts of which it is made.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![word.to_lowercase()];
    for piece in word.split('_') {
        let mut part = String::new();
        let mut after_lower = false;
        for c in piece.chars() {
            if c.is_uppercase() && after_lower {
                parts.push(std::mem::take(&mut part));
            }
            after_lower = c.is_lowercase();
            part.extend(c.to_lowercase());
        }
        parts.push(part);
    }
    parts
}

#[test]
fn a_word_is_found_however_it_is_written_and_in_no_other() {
    let words = ["sum", "sumsrv", "participants", "did_you_mean"];
    for (line, expected) in [
        ("Knows nothing about sums and a SUM.", Some("sum")),
        ("let path = \"/tmp/sum\";", Some("sum")),
        ("struct SumReply;", Some("sum")),
        ("fn a_sum_of()", Some("sum")),
        ("use proto::sumsrv::serve;", Some("sumsrv")),
        ("Why there are no Rust participants.", Some("participants")),
        ("did_you_mean(nearest)", Some("did_you_mean")),
        ("crossum sums up; a checksum, a summary, assume", None),
        ("sizes.iter().sum::<u64>() + sizes.iter().sum()", None),
    ] {
        assert_eq!(mentioned(line, &words), expected, "{line}");
    }
}
