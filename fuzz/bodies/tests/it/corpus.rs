//! What fuzzing found worth keeping.

use std::{fs, path::Path};

use fuzz_bodies::{connection, debug_information, decoders};

#[test]
fn all_octets_in_the_corpus_of_the_decoders_pass() {
    corpus("decoders")
        .iter()
        .for_each(|octets| decoders(octets));
}

#[test]
fn all_scripts_in_the_corpus_of_the_connection_pass() {
    corpus("connection")
        .iter()
        .for_each(|script| connection(script));
}

#[test]
fn all_files_in_the_corpus_of_debug_information_pass() {
    corpus("debug_information")
        .iter()
        .for_each(|octets| debug_information(octets));
}

/// The files of a target's corpus, in the order of their names.
pub(crate) fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../corpus")
        .join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{folder:?} is empty");
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}
