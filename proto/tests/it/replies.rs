//! The table of PROTOCOL.md, "What a client reads", row by row.

use proto::{Reply, Step, Why, named};

#[test]
fn every_reply_is_read_as_the_table_says() {
    let specification = include_str!("../../../PROTOCOL.md");
    let table = specification
        .lines()
        .skip_while(|line| *line != "| encoding | reply | octets | read as |")
        .skip(2);
    let rows = table.map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut otherwise = Vec::new();
    let mut count = 0;
    for row in rows {
        count += 1;
        let [encoding, what, octets, read_as] = row.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let encoding = named(encoding.trim_matches('`')).unwrap();
        let words = octets.trim_matches('`').split_whitespace();
        let octets: Vec<u8> = words.flat_map(repeated).collect();
        let used = octets.len();
        let refused = |why| Reply::Refused(why);
        let expected = match read_as {
            // Where the next one begins is not known in every encoding.
            "garbled" => match encoding.decode_reply(&octets) {
                refused @ Step::Refused {
                    why: Why::Malformed,
                    ..
                } => refused,
                _ => Step::Refused {
                    why: Why::Malformed,
                    used: None,
                },
            },
            "overflow" => Step::Done {
                value: refused(Why::Overflow),
                used,
            },
            sum => Step::Done {
                value: Reply::Sum(sum.strip_prefix("sum ").unwrap().parse().unwrap()),
                used,
            },
        };
        let found = encoding.decode_reply(&octets);
        if found != expected {
            otherwise.push(format!("{}: {what}: {found:?}", encoding.name()));
        }
    }
    assert_eq!(otherwise, [""; 0]);
    assert!(count >= 60, "{count} rows were understood");
}

/// `31` or `31*1025`
fn repeated(word: &str) -> Vec<u8> {
    let (octet, times) = word.split_once('*').unwrap_or((word, "1"));
    vec![u8::from_str_radix(octet, 16).unwrap(); times.parse().unwrap()]
}
