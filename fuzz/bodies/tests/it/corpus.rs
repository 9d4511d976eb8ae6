//! What fuzzing found worth keeping.

use std::{collections::BTreeSet, fs};

use fuzz_bodies::{
    connection, debug_information, decoders,
    pack::{Pack, file},
};

/// The fuzz targets, as `fuzz/Cargo.toml` has them.
const TARGETS: [&str; 3] = ["decoders", "connection", "debug_information"];

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

#[test]
fn a_pack_is_written_as_it_was_read() {
    for target in TARGETS {
        assert_eq!(read(target).to_string(), text(target), "{target}");
    }
}

#[test]
fn a_pack_that_was_unpacked_is_packed_as_it_was() {
    for target in TARGETS {
        let folder = tempfile::tempdir().unwrap();
        let pack = read(target);
        pack.to_folder(folder.path()).unwrap();
        assert_eq!(Pack::from_folder(folder.path()).unwrap(), pack, "{target}");
    }
}

#[test]
fn every_pack_is_of_a_fuzz_target() {
    let packs = fs::read_dir(file(TARGETS[0]).parent().unwrap()).unwrap();
    let names = packs.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<String> = names
        .filter_map(|name| Some(name.strip_suffix(".hex")?.to_owned()))
        .collect();
    assert_eq!(found, TARGETS.map(str::to_owned).into());
}

#[test]
fn what_is_no_line_of_a_pack_is_named_with_its_place() {
    for (text, said) in [
        ("a 00\nb", "line 2: found `b`, expected `NAME HEX`"),
        ("", ""),
        ("a 0", "octets in hexadecimal"),
        ("a 0g", "octets in hexadecimal"),
        ("a ", "octets in hexadecimal"),
        ("a  00", "octets in hexadecimal"),
        ("../a 00", "a name of letters"),
        (".. 00", "a name of letters"),
        (" 00", "a name of letters"),
        (
            "a 00\na 01",
            "line 2: found `a 01`, expected a name that no other input has",
        ),
        ("# a\nb -\nc 0aFf", ""),
    ] {
        match text.parse::<Pack>() {
            Ok(_) => assert_eq!(said, "", "{text:?}"),
            Err(error) => {
                let error = error.to_string();
                assert!(
                    !said.is_empty() && error.contains(said),
                    "{text:?}: {error}"
                );
            }
        }
    }
}

#[test]
fn a_file_whose_name_no_pack_can_have_is_not_left_out() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("two words"), "1 2").unwrap();
    let error = Pack::from_folder(folder.path()).unwrap_err().to_string();
    assert!(
        error.contains("two words") && error.contains("a name of letters"),
        "{error}"
    );
}

/// The inputs in a target's pack, in the order of their names.
pub(crate) fn corpus(target: &str) -> Vec<Vec<u8>> {
    let pack = read(target);
    assert!(!pack.is_empty(), "{target} has no inputs");
    pack.into_inputs()
}

fn read(target: &str) -> Pack {
    text(target)
        .parse()
        .unwrap_or_else(|error| panic!("{target}: {error}"))
}

fn text(target: &str) -> String {
    let file = file(target);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file:?}: {error}"))
}
