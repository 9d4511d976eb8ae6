//! Every encoding against its golden vectors.

use proto::{Encoding, Reply, Request, Step, Unencodable, Why, all, named};

use crate::golden::{Entry, Kind, entries, files};

#[test]
fn every_encoding_agrees_with_its_vectors() {
    for encoding in all() {
        let entries = entries(encoding.name());
        assert!(
            !entries.is_empty(),
            "no entry of {}.txt holds on this machine",
            encoding.name()
        );
        for entry in entries {
            check(*encoding, &entry);
        }
    }
}

#[test]
fn every_encoding_has_vectors_for_requests_and_replies_on_this_machine() {
    for encoding in all() {
        let entries = entries(encoding.name());
        let requests = entries
            .iter()
            .filter(|entry| matches!(entry.kind, Kind::Request(..) | Kind::Writes(..)))
            .count();
        assert!(requests >= 4, "{}: {requests} requests", encoding.name());
        let replies = entries
            .iter()
            .filter(|entry| matches!(entry.kind, Kind::ReplySum(_)))
            .count();
        // Its server never writes what the EBCDIC client would read.
        assert!(
            replies >= 4 || encoding.name() == "text-ebcdic",
            "{}: {replies} replies",
            encoding.name()
        );
    }
}

#[test]
fn every_vector_file_belongs_to_an_encoding() {
    for file in files() {
        assert!(named(&file).is_some(), "{file}.txt");
    }
}

#[test]
fn names_are_unique_and_in_the_order_of_the_protocol() {
    let specification = include_str!("../../../PROTOCOL.md");
    let rows: Vec<&str> = specification
        .lines()
        .skip_while(|line| !line.starts_with("| encoding |"))
        .skip(2)
        .map_while(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let names: Vec<&str> = all().iter().map(|encoding| encoding.name()).collect();
    assert_eq!(names, rows);
}

fn check(encoding: &dyn Encoding, entry: &Entry) {
    let place = format!("{}:{} {:?}", entry.file, entry.line, entry.kind);
    let octets = entry.octets.as_slice();
    let decoded = encoding.decode_request(octets);
    let whole = Some(octets.len());
    match entry.kind {
        Kind::Request(a, b) => {
            assert_eq!(
                request(encoding, a, b),
                Ok(octets.to_vec()),
                "{place}: encoding"
            );
            assert_eq!(decoded, done(Request { a, b }, octets), "{place}: decoding");
        }
        Kind::Writes(a, b) => {
            assert_eq!(
                request(encoding, a, b),
                Ok(octets.to_vec()),
                "{place}: encoding"
            );
            assert!(
                matches!(decoded, Step::NeedMore { .. }),
                "{place}: decoding gave {decoded:?}"
            );
        }
        Kind::Reads(a, b) => assert_eq!(decoded, done(Request { a, b }, octets), "{place}"),
        Kind::ReplySum(sum) => reply(encoding, Reply::Sum(sum), octets, &place),
        Kind::ReplyRefused(why) => reply(encoding, Reply::Refused(why), octets, &place),
        Kind::Malformed => {
            assert_eq!(
                decoded,
                Step::Refused {
                    why: Why::Malformed,
                    used: whole
                },
                "{place}"
            );
        }
        Kind::TooLarge => {
            assert_eq!(
                decoded,
                Step::Refused {
                    why: Why::TooLarge,
                    used: None
                },
                "{place}"
            );
        }
    }
}

fn reply(encoding: &dyn Encoding, reply: Reply, octets: &[u8], place: &str) {
    let mut encoded = Vec::new();
    assert_eq!(
        encoding.encode_reply(reply, &mut encoded),
        Ok(()),
        "{place}: encoding"
    );
    assert_eq!(encoded, octets, "{place}: encoding");
    assert_eq!(
        encoding.decode_reply(octets),
        done(reply, octets),
        "{place}: decoding"
    );
}

fn request(encoding: &dyn Encoding, a: i64, b: i64) -> Result<Vec<u8>, Unencodable> {
    let mut encoded = Vec::new();
    encoding.encode_request(Request { a, b }, &mut encoded)?;
    Ok(encoded)
}

fn done<T>(value: T, octets: &[u8]) -> Step<T> {
    Step::Done {
        value,
        used: octets.len(),
    }
}
