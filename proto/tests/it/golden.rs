//! Reads the files in `proto/vectors`; their README says what is in them.
//!
//! `sumsrv` and `sumcli` include this file in their own tests.

use std::{fs, path::PathBuf};

/// One entry, on a machine that its `when` line holds for.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) kind: Kind,
    pub(crate) octets: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Request(i64, i64),
    Writes(i64, i64),
    Reads(i64, i64),
    ReplySum(i64),
    ReplyRefused(proto::Why),
    Malformed,
    TooLarge,
}

/// The entries of an encoding that hold on this machine.
pub(crate) fn entries(encoding: &str) -> Vec<Entry> {
    let file = format!("{encoding}.txt");
    let path = folder().join(&file);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse(&file, &text)
}

/// The names of all vector files, without their extension.
pub(crate) fn files() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../proto/vectors"))
}

fn parse(file: &str, text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut here = true;
    // Octets belong to the last entry, unless that one is for another machine.
    for (index, line) in text.lines().enumerate() {
        let content = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = content.split_whitespace().collect();
        let fail = |what: &str| -> ! { panic!("{file}:{}: {what}: {line}", index + 1) };
        if content.starts_with(' ') {
            if !here {
                continue;
            }
            let Some(entry) = entries.last_mut() else {
                if words.is_empty() {
                    continue;
                } else {
                    fail("octets before the first entry")
                }
            };
            for word in words {
                match u8::from_str_radix(word, 16) {
                    Ok(octet) if word.len() == 2 => entry.octets.push(octet),
                    _ => fail("not an octet"),
                }
            }
            continue;
        }
        let integer = |word: &str| word.parse().unwrap_or_else(|_| fail("not an integer"));
        let kind = match words.as_slice() {
            [] => continue,
            ["when", facts @ ..] => {
                here = facts
                    .iter()
                    .all(|fact| holds(fact).unwrap_or_else(|| fail("an unknown fact")));
                continue;
            }
            ["request", a, b] => Kind::Request(integer(a), integer(b)),
            ["writes", a, b] => Kind::Writes(integer(a), integer(b)),
            ["reads", a, b] => Kind::Reads(integer(a), integer(b)),
            ["reply", "sum", sum] => Kind::ReplySum(integer(sum)),
            ["reply", "refused", why] => Kind::ReplyRefused(match *why {
                "malformed" => proto::Why::Malformed,
                "overflow" => proto::Why::Overflow,
                "too-large" => proto::Why::TooLarge,
                "input-error" => proto::Why::InputError,
                _ => fail("an unknown reason"),
            }),
            ["malformed"] => Kind::Malformed,
            ["too-large"] => Kind::TooLarge,
            _ => fail("an unknown entry"),
        };
        if here {
            entries.push(Entry {
                file: file.to_owned(),
                line: index + 1,
                kind,
                octets: Vec::new(),
            });
        }
    }
    entries
}

/// Whether a fact `KEY=VALUE` is so on this machine; `None` when the key is not known here.
fn holds(fact: &str) -> Option<bool> {
    #[repr(C)]
    struct Probe {
        octet: u8,
        measured: i64,
    }
    let (key, value) = fact.split_once('=')?;
    let measured = match key {
        "byte-order" if cfg!(target_endian = "big") => "big".to_owned(),
        "byte-order" => "little".to_owned(),
        "size.long" => size_of::<core::ffi::c_long>().to_string(),
        "size.pointer" => size_of::<usize>().to_string(),
        "align.int64" => core::mem::offset_of!(Probe, measured).to_string(),
        _ => return None,
    };
    Some(measured == value)
}
