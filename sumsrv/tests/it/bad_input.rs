//! The table of PROTOCOL.md, "Bad input", row by row, against a server.

use proto::{Encoding, Reply, Request, Why, all, named};
use tokio::{io::AsyncReadExt, io::AsyncWriteExt, net::TcpStream, time::timeout};

use crate::running::{HANG, Running, rest};

const GOOD: Request = Request { a: 1, b: 2 };

/// A row of the table.
struct Row {
    encodings: Vec<&'static dyn Encoding>,
    what: String,
    octets: Vec<u8>,
    /// The stream ends after the octets.
    end: bool,
    answer: Option<Reply>,
    goes_on: bool,
}

#[tokio::test]
async fn every_bad_input_has_the_answer_of_the_table() {
    let rows = rows();
    assert!(rows.len() > 60, "{} rows were understood", rows.len());
    for encoding in all() {
        assert!(
            rows.iter().any(|row| row
                .encodings
                .iter()
                .any(|named| named.name() == encoding.name())),
            "nothing bad is known for {}",
            encoding.name()
        );
        let server = Running::new(encoding.name()).await;
        for row in &rows {
            let mut named = row.encodings.iter();
            if named.any(|named| named.name() == encoding.name()) {
                check(&server, *encoding, row).await;
            }
        }
    }
}

#[tokio::test]
async fn a_request_cut_after_any_octet_has_no_answer() {
    for encoding in all() {
        let server = Running::new(encoding.name()).await;
        let mut request = Vec::new();
        encoding.encode_request(GOOD, &mut request).unwrap();
        for cut in 1..request.len() {
            assert_eq!(server.exchange(&request[..cut]).await, b"");
            let events = server.events();
            assert_eq!(events.len(), 1, "{}: {events:?}", encoding.name());
            assert!(events[0].contains(&format!(" {cut} ")), "{events:?}");
        }
    }
}

async fn check(server: &Running, encoding: &dyn Encoding, row: &Row) {
    let place = format!("{}: {}", encoding.name(), row.what);
    let mut expected = Vec::new();
    if let Some(reply) = row.answer {
        encoding.encode_reply(reply, &mut expected).unwrap();
    }
    let (mut from, mut to) = server.connect().await.into_split();
    let mut octets = row.octets.clone();
    if row.goes_on {
        octets.extend(good(encoding).0);
        expected.extend(good(encoding).1);
    }
    let (half_closes, length) = (row.end || row.goes_on, octets.len());
    let sending = tokio::spawn(async move {
        to.write_all(&octets).await?;
        if half_closes {
            to.shutdown().await?;
        }
        std::io::Result::Ok(to)
    });
    let mut replies = Vec::new();
    let read = timeout(HANG, from.read_to_end(&mut replies)).await;
    read.expect(&place).expect(&place);
    assert_eq!(replies, expected, "{place}");
    let sent = sending.await.unwrap();
    assert!(sent.is_ok() || length > 1 << 20, "{place}: {sent:?}");
    // And the next client is served.
    let (request, reply) = good(encoding);
    let mut next: TcpStream = server.connect().await;
    next.write_all(&request).await.unwrap();
    next.shutdown().await.unwrap();
    assert_eq!(rest(&mut next).await, reply, "after {place}");
}

/// A request that the server understands, and its reply.
fn good(encoding: &dyn Encoding) -> (Vec<u8>, Vec<u8>) {
    let (mut request, mut reply) = (Vec::new(), Vec::new());
    // No server understands what the EBCDIC client writes. Its server is a text server.
    let asks = named(encoding.name().trim_end_matches("-ebcdic")).unwrap();
    asks.encode_request(GOOD, &mut request).unwrap();
    encoding.encode_reply(Reply::Sum(3), &mut reply).unwrap();
    (request, reply)
}

fn rows() -> Vec<Row> {
    let specification = include_str!("../../../PROTOCOL.md");
    let table = specification
        .lines()
        .skip_while(|line| *line != "| encodings | bad input | octets | answer | then |")
        .skip(2);
    table
        .map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(row)
        .collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line.split(" | ").collect();
    let [encodings, what, octets, answer, then] = cells[..] else {
        panic!("{line}")
    };
    let (octets, end) = match octets.strip_suffix("end") {
        Some(octets) => (octets.trim_end(), true),
        None => (octets, false),
    };
    let goes_on = match then {
        "goes on" => true,
        "closes" => false,
        _ => panic!("{line}"),
    };
    Row {
        encodings: encodings
            .split(", ")
            .flat_map(|word| {
                let (framed, but) = match word.split_once(" but ") {
                    Some((word, but)) => (word, but.trim_matches('`')),
                    None => (word, ""),
                };
                all().iter().copied().filter(move |encoding| match framed {
                    "each" => true,
                    "each framed" => encoding.envelope() == Some(4) && encoding.name() != but,
                    _ => framed.trim_matches('`') == encoding.name(),
                })
            })
            .collect(),
        what: what.to_owned(),
        octets: octets
            .trim_matches('`')
            .split_whitespace()
            .flat_map(repeated)
            .collect(),
        end,
        answer: match answer.split_once(' ') {
            Some(("sum", sum)) => Some(Reply::Sum(sum.parse().unwrap())),
            None if answer == "nothing" => None,
            None => Some(Reply::Refused(match answer {
                "malformed" => Why::Malformed,
                "overflow" => Why::Overflow,
                "too-large" => Why::TooLarge,
                _ => panic!("{line}"),
            })),
            Some(_) => panic!("{line}"),
        },
        goes_on,
    }
}

/// `31` or `31*1025`
fn repeated(word: &str) -> Vec<u8> {
    let (octet, times) = word.split_once('*').unwrap_or((word, "1"));
    let octet = u8::from_str_radix(octet, 16).unwrap_or_else(|_| panic!("{word}"));
    vec![octet; times.parse().unwrap()]
}
