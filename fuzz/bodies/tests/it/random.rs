//! Octets that nobody chose, and the corpus with changes that nobody chose.

use std::sync::LazyLock;

use fuzz_bodies::{connection, debug_information, decoders};
use quickcheck::{Arbitrary, Gen, QuickCheck, Testable};

use crate::corpus::corpus;

#[test]
fn random_octets_break_no_promise_of_a_decoder() {
    fn property(octets: Vec<u8>) {
        decoders(&octets);
    }
    quickcheck(property as fn(_));
}

#[test]
fn random_scripts_break_no_promise_of_a_connection() {
    fn property(script: Vec<u8>) {
        connection(&script);
    }
    quickcheck(property as fn(_));
}

#[test]
fn the_corpus_with_changes_breaks_no_promise_of_a_decoder() {
    fn property(file: usize, changes: Vec<Change>) {
        static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| corpus("decoders"));
        decoders(&changed(&CORPUS, file, &changes));
    }
    quickcheck(property as fn(_, _));
}

#[test]
fn the_corpus_with_changes_breaks_no_promise_of_a_connection() {
    fn property(file: usize, changes: Vec<Change>) {
        static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| corpus("connection"));
        connection(&changed(&CORPUS, file, &changes));
    }
    quickcheck(property as fn(_, _));
}

#[test]
fn the_corpus_with_changes_breaks_no_promise_of_the_reader_of_debug_information() {
    fn property(file: usize, changes: Vec<Change>) {
        static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| corpus("debug_information"));
        debug_information(&changed(&CORPUS, file, &changes));
    }
    quickcheck(property as fn(_, _));
}

fn quickcheck(property: impl Testable) {
    QuickCheck::new().tests(2000).quickcheck(property);
}

fn changed(corpus: &[Vec<u8>], file: usize, changes: &[Change]) -> Vec<u8> {
    let mut octets = corpus[file % corpus.len()].clone();
    for change in changes.iter().take(8) {
        let place = change.place % (octets.len() + 1);
        match change.how % 4 {
            0 if place < octets.len() => octets[place] = change.octet,
            1 if place < octets.len() => drop(octets.remove(place)),
            2 if octets.len() > 4 => {
                // Where the length of a frame is, one around the cap.
                let length = 1022 + u32::from(change.octet % 5);
                octets[1..5].copy_from_slice(&length.to_be_bytes());
            }
            _ => octets.insert(place, change.octet),
        }
    }
    octets
}

#[derive(Clone, Debug)]
struct Change {
    place: usize,
    octet: u8,
    how: u8,
}

impl Arbitrary for Change {
    fn arbitrary(g: &mut Gen) -> Self {
        Change {
            place: usize::arbitrary(g),
            octet: u8::arbitrary(g),
            how: u8::arbitrary(g),
        }
    }
}
