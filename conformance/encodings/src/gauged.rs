//! What the program `gauge` said and did on one target: compared value by value, then turned into instructions.

use std::collections::BTreeMap;

use cross::counting::Counted;
use proto::{Encoding, Reply, Request};

use super::equal::{Difference, reply_to};
use super::spread::Spread;

/// The instructions of one encoding on one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instructions {
    /// Of encoding a request and its reply; `None` when no value could be said.
    pub encode: Option<Spread>,
    /// Of decoding both.
    pub decode: Option<Spread>,
    /// How many values the target's struct has no room for.
    pub unrepresentable: usize,
}

/// What came of one encoding on one target.
pub type Found = Result<Instructions, Difference>;

/// What the program said is not what was asked for: a bug, of it or of ours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Nonsense {
    /// Another line was expected.
    #[error("the gauge said `{found}`, where `{expected} ...` was expected")]
    Line {
        /// What it said.
        found: String,
        /// How the line must begin.
        expected: String,
    },
    /// Another number of marks was expected.
    #[error("the gauge marked {found} intervals, where {expected} were expected")]
    Intervals {
        /// How many there were.
        found: usize,
        /// How many its lines ask for.
        expected: usize,
    },
    /// An interval is shorter than the empty one.
    #[error("an interval has {found} instructions, and the empty one {empty}")]
    Negative {
        /// Of the interval.
        found: u64,
        /// Of the empty one.
        empty: u64,
    },
}

/// What the gauge is to read: the names of encodings, then the values.
pub fn work(encodings: &[&'static dyn Encoding], values: &[Request]) -> String {
    let names: Vec<_> = encodings.iter().map(|encoding| encoding.name()).collect();
    let values = values
        .iter()
        .map(|value| format!("{} {}\n", value.a, value.b));
    format!("{}\n{}", names.join(" "), values.collect::<String>())
}

/// A line of the gauge's, and where its intervals are.
enum Line<'a> {
    Unrepresentable,
    Measured { request: &'a str, reply: &'a str },
}

/// Reads what it said and did; `place` names the target.
///
/// # Errors
/// [`Nonsense`].
pub fn read(
    counted: &Counted,
    encodings: &[&'static dyn Encoding],
    values: &[Request],
    place: &str,
) -> Result<BTreeMap<&'static str, Found>, Nonsense> {
    let mut lines = counted.said.lines();
    let mut intervals = counted.intervals.iter().copied();
    let wanting = |expected| Nonsense::Intervals {
        found: counted.intervals.len(),
        expected,
    };
    let empty = intervals.next().ok_or(wanting(1))?;
    let mut used = 1;
    let mut found = BTreeMap::new();
    for encoding in encodings {
        let mut tally = Tally::default();
        for &value in values {
            match line(lines.next().unwrap_or_default(), encoding.name(), value)? {
                Line::Unrepresentable => tally.unrepresentable += 1,
                Line::Measured { request, reply } => {
                    used += 4;
                    let mut four = [0; 4];
                    for cost in &mut four {
                        let raw = intervals.next().ok_or(wanting(used))?;
                        let negative = Nonsense::Negative { found: raw, empty };
                        *cost = raw.checked_sub(empty).ok_or(negative)?;
                    }
                    tally.add(four);
                    tally.compare(value, request, reply, place);
                }
            }
        }
        found.insert(encoding.name(), tally.finish());
    }
    if let Some(more) = lines.next() {
        return Err(Nonsense::Line {
            found: more.to_owned(),
            expected: "the end of its output".to_owned(),
        });
    }
    if intervals.next().is_some() {
        return Err(wanting(used));
    }
    Ok(found)
}

fn line<'a>(found: &'a str, name: &str, value: Request) -> Result<Line<'a>, Nonsense> {
    let expected = format!("{name} {} {}", value.a, value.b);
    let words = found
        .strip_prefix(&expected)
        .and_then(|rest| rest.strip_prefix(' '))
        .map(|rest| rest.split(' ').collect::<Vec<_>>());
    match words.as_deref() {
        Some(["unrepresentable"]) => Ok(Line::Unrepresentable),
        Some([_, request, _, reply]) => Ok(Line::Measured { request, reply }),
        _ => Err(Nonsense::Line {
            found: found.to_owned(),
            expected,
        }),
    }
}

#[derive(Default)]
struct Tally {
    encode: Vec<u64>,
    decode: Vec<u64>,
    unrepresentable: usize,
    difference: Option<Difference>,
}

impl Tally {
    /// In the order of the marks: encoding the request, decoding it, then the reply.
    fn add(&mut self, [request, request_read, reply, reply_read]: [u64; 4]) {
        self.encode.push(request + reply);
        self.decode.push(request_read + reply_read);
    }

    fn compare(&mut self, value: Request, request: &str, reply: &str, place: &str) {
        let Reply::Sum(sum) = reply_to(value) else {
            return;
        };
        let given = [
            ("request", format!("{},{}", value.a, value.b), request),
            ("reply", sum.to_string(), reply),
        ];
        for (part, given, came_back) in given {
            if given != came_back && self.difference.is_none() {
                self.difference = Some(Difference {
                    value,
                    part,
                    given,
                    came_back: came_back.to_owned(),
                    place: place.to_owned(),
                });
            }
        }
    }

    fn finish(self) -> Found {
        match self.difference {
            Some(difference) => Err(difference),
            None => Ok(Instructions {
                encode: Spread::of(self.encode),
                decode: Spread::of(self.decode),
                unrepresentable: self.unrepresentable,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [Request; 2] = [Request { a: 1, b: 2 }, Request { a: -4, b: 1 }];

    fn heard(said: &str, intervals: &[u64]) -> Result<Found, Nonsense> {
        let encodings = [proto::named("raw-long").unwrap()];
        let counted = Counted {
            said: said.to_owned(),
            intervals: intervals.to_vec(),
        };
        let mut found = read(&counted, &encodings, &VALUES, "somewhere")?;
        Ok(found.remove("raw-long").unwrap())
    }

    const RIGHT: &str = "raw-long 1 2 00 1,2 01 3\nraw-long -4 1 00 -4,1 01 -3\n";

    #[test]
    fn the_empty_interval_is_taken_off_and_request_and_reply_are_added() {
        let found = heard(RIGHT, &[5, 15, 25, 35, 45, 16, 26, 36, 46]).unwrap();
        let spread = |min, median, max| Some(Spread { min, median, max });
        assert_eq!(
            found,
            Ok(Instructions {
                encode: spread(40, 40, 42),
                decode: spread(60, 60, 62),
                unrepresentable: 0,
            })
        );
    }

    #[test]
    fn what_has_no_room_is_counted_and_has_no_intervals() {
        let said = "raw-long 1 2 unrepresentable\nraw-long -4 1 00 -4,1 01 -3\n";
        let found = heard(said, &[5, 6, 6, 6, 6]).unwrap().unwrap();
        assert_eq!(found.unrepresentable, 1);
        assert_eq!(found.encode.unwrap().median, 2);
    }

    #[test]
    fn a_value_that_comes_back_otherwise_leaves_no_numbers() {
        for (said, told) in [
            (
                RIGHT.replace("-4,1", "4,1"),
                "on somewhere, of -4 1: the request -4,1 came back as 4,1",
            ),
            (
                RIGHT.replace("01 3", "01 4").replace("01 -3", "01 9"),
                "on somewhere, of 1 2: the reply 3 came back as 4",
            ),
            (
                RIGHT.replace("01 -3", "01 malformed"),
                "on somewhere, of -4 1: the reply -3 came back as malformed",
            ),
        ] {
            let found = heard(&said, &[5; 9]).unwrap();
            assert_eq!(found.unwrap_err().to_string(), told);
        }
    }

    #[test]
    fn what_was_not_asked_for_is_refused() {
        for said in [
            "",
            "raw-long 1 2 00 1,2 01 3\n",
            &RIGHT.replace("-4 1", "-5 1"),
            &RIGHT.replace("raw-long -4", "text -4"),
            &RIGHT.replace(" 01 -3", ""),
            &format!("{RIGHT}more\n"),
        ] {
            let refused = heard(said, &[5; 9]);
            assert!(matches!(refused, Err(Nonsense::Line { .. })), "{said}");
        }
        for intervals in [0, 1, 5, 8, 10] {
            let refused = heard(RIGHT, &vec![5; intervals]);
            assert!(matches!(refused, Err(Nonsense::Intervals { .. })));
        }
        let refused = heard(RIGHT, &[5, 4, 5, 5, 5, 5, 5, 5, 5]);
        assert_eq!(refused, Err(Nonsense::Negative { found: 4, empty: 5 }));
    }

    #[test]
    fn the_work_is_names_and_then_values() {
        let encodings = [proto::named("text").unwrap(), proto::named("xdr").unwrap()];
        assert_eq!(work(&encodings, &VALUES), "text xdr\n1 2\n-4 1\n");
    }
}
