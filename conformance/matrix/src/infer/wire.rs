//! What the octets that travelled say about causes: a fact that cannot have touched a message is none.
//!
//! Two machines that write the same octets do not differ in anything that the message has. In a raw struct a scalar takes its room, and a number whose octets are reversed is seen to be, as is a bit-field at the other end of its octet. Pure.

use std::collections::{BTreeMap, BTreeSet};

use layout::ByteOrder;

use super::fact::{DistinguishingFact, Facts, LAST};
use super::ran::Ran;
use super::turned::{Turned, turned};
use crate::message::float::Float;

/// What of a machine can have touched the messages of an encoding.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire<'a> {
    /// Requests by their clients, and replies that were right by their servers.
    directions: [Written<'a>; 2],
    /// The keys of facts whose differences may be in the octets.
    seen: BTreeSet<&'a str>,
    /// Those that may matter to a server by itself, who reads requests and writes replies.
    at_server: BTreeSet<&'a str>,
    /// Those that may matter to a client by itself.
    at_client: BTreeSet<&'a str>,
    is_raw: bool,
    /// Differences that are in the octets for certain: cells in which machines differ in them break, but by luck.
    certain: BTreeSet<&'static str>,
}

/// The facts about a `long double` that are no alignment.
const LONG_DOUBLE: [&str; 2] = ["long-double-format", "size.long-double"];

/// What each machine wrote for each vector.
type Written<'a> = BTreeMap<&'a Facts, BTreeMap<usize, &'a [u8]>>;

impl<'a> Wire<'a> {
    /// The octets of these cells; `is_raw` where they are the machine's own struct.
    pub(super) fn of(cells: &[Ran<'a>], is_raw: bool) -> Wire<'a> {
        let (mut requests, mut replies) = (Written::new(), Written::new());
        for cell in cells {
            for (vector, exchange) in cell.exchanges.iter().enumerate() {
                let sent = requests.entry(cell.client).or_default();
                sent.entry(vector).or_insert(exchange.sent);
                // A request that was misread has another reply.
                if exchange.right {
                    let received = replies.entry(cell.server).or_default();
                    received.entry(vector).or_insert(exchange.received);
                }
            }
        }
        let mut wire = Wire {
            directions: [requests, replies],
            is_raw,
            ..Wire::default()
        };
        let keys = cells.iter().flat_map(|cell| cell.server.keys());
        let keys: BTreeSet<&str> = keys.map(String::as_str).collect();
        for key in keys.into_iter().filter(|key| !LAST.contains(key)) {
            let [requests, replies] = wire.directions.each_ref().map(|written| Traces {
                is_unseen: is_unseen(written, key),
                has_room: !is_raw || !lacks_room(written, key),
            });
            if requests.may_be_written() || replies.may_be_written() {
                wire.seen.insert(key);
            }
            // Each end writes one direction, and reads the other.
            if requests.has_room || replies.may_be_written() {
                wire.at_server.insert(key);
            }
            if replies.has_room || requests.may_be_written() {
                wire.at_client.insert(key);
            }
        }
        if is_raw {
            wire.exclude_orders();
            wire.look_for_long_doubles();
        }
        wire
    }

    /// Whether a cell can break by this fact.
    pub(super) fn admits(&self, fact: &DistinguishingFact) -> bool {
        let key = fact.key();
        let keys = match fact {
            _ if LAST.contains(&key) => return true,
            DistinguishingFact::Server(..) => &self.at_server,
            DistinguishingFact::Client(..) => &self.at_client,
            _ => &self.seen,
        };
        keys.contains(key)
    }

    /// Whether something that is seen in the octets breaks some of the cells in which it differs, and not others: then no fact separates the cells.
    pub(super) fn is_lucky(&self, right: &[&Ran<'_>]) -> bool {
        let format = |facts: &'_ Facts| facts.get("long-double-format").cloned();
        let differs = |cell: &&Ran<'_>| format(cell.server) != format(cell.client);
        self.is_certain("long-double-format") && right.iter().any(differs)
    }

    /// Whether this difference is in the octets for certain.
    pub(super) fn is_certain(&self, key: &str) -> bool {
        self.certain.contains(key)
    }

    /// Whether the requests of these two machines differ, or are not known. By its sign alone a `char` is the same octet.
    pub(super) fn differ(&self, one: &Facts, other: &Facts) -> bool {
        let [requests, _] = &self.directions;
        match (requests.get(one), requests.get(other)) {
            (Some(ones), Some(others)) => common(ones, others).any(|(a, b)| a != b),
            _ => false,
        }
    }

    /// Whether two machines that agree in all these facts write the same octets: then the facts say all that is seen.
    pub(super) fn is_accounted_for(&self, keys: &BTreeSet<&str>) -> bool {
        if !self.certain.iter().all(|key| keys.contains(key)) {
            return false;
        }
        !self.is_raw
            || self.directions.iter().all(|written| {
                pairs(written).all(|((one, ones), (other, others))| {
                    let agree = keys.iter().all(|key| one.get(*key) == other.get(*key));
                    !agree || common(ones, others).all(|(a, b)| a == b)
                })
            })
    }

    /// A `long double` is seen where machines have several formats: one number, written in each. Where none is seen, there is none.
    fn look_for_long_doubles(&mut self) {
        let (mut has_several, mut has_one) = (false, false);
        for written in &self.directions {
            let formats = written.keys().map(|facts| facts.get("long-double-format"));
            let formats: BTreeSet<_> = formats.flatten().collect();
            let unseen = is_unseen(written, "long-double-format");
            if formats.len() < 2 || unseen {
                continue;
            }
            has_several = true;
            has_one |= has_long_double(written);
        }
        if has_one {
            self.certain.insert("long-double-format");
        } else if has_several {
            for key in LONG_DOUBLE {
                self.exclude(key);
            }
            self.exclude("align.long-double");
        }
    }

    fn exclude(&mut self, key: &str) {
        for keys in [&mut self.seen, &mut self.at_server, &mut self.at_client] {
            keys.remove(key);
        }
    }

    /// Where messages of machines of either byte order differ in reversed numbers only, no bit-field is seen; and the other way round.
    fn exclude_orders(&mut self) {
        let mut seen = BTreeSet::new();
        for written in &self.directions {
            for ((one, ones), (other, others)) in pairs(written) {
                if one.get("byte-order") == other.get("byte-order") {
                    continue;
                }
                let both: Vec<(&[u8], &[u8])> = common(ones, others).collect();
                if both.iter().any(|(a, b)| a.len() != b.len()) || one.get("byte-order").is_none() {
                    continue;
                }
                let is_little = one.get("byte-order").is_some_and(|order| order == "little");
                let both: Vec<_> = both
                    .into_iter()
                    .map(|(a, b)| if is_little { (a, b) } else { (b, a) })
                    .collect();
                seen.insert(turned(&both));
            }
        }
        seen.remove(&Turned::Nothing);
        let are_numbers = |one: &Turned| matches!(one, Turned::Numbers | Turned::Shifted);
        if !seen.is_empty() && seen.iter().all(are_numbers) {
            self.exclude("bit-field-order");
            if seen.contains(&Turned::Numbers) {
                self.certain.insert("byte-order");
            }
        } else if seen == BTreeSet::from([Turned::BitFields]) {
            self.exclude("byte-order");
            self.certain.insert("bit-field-order");
        }
    }
}

/// What a fact may have left in the messages of one direction.
#[derive(Clone, Copy)]
struct Traces {
    is_unseen: bool,
    has_room: bool,
}

impl Traces {
    fn may_be_written(self) -> bool {
        self.has_room && !self.is_unseen
    }
}

type Writer<'w, 'a> = (&'w &'a Facts, &'w BTreeMap<usize, &'a [u8]>);

fn pairs<'w, 'a>(
    written: &'w Written<'a>,
) -> impl Iterator<Item = (Writer<'w, 'a>, Writer<'w, 'a>)> {
    let all = written.iter().enumerate();
    all.flat_map(move |(at, one)| written.iter().skip(at + 1).map(move |other| (one, other)))
}

/// What both wrote, for each vector.
fn common<'w, 'a>(
    ones: &'w BTreeMap<usize, &'a [u8]>,
    others: &'w BTreeMap<usize, &'a [u8]>,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let both = ones.iter();
    both.filter_map(|(vector, octets)| Some((*octets, *others.get(vector)?)))
}

/// Whether machines differ in this fact, and wrote the same octets all the same.
fn is_unseen(written: &Written<'_>, key: &str) -> bool {
    let mut differing = pairs(written)
        .filter(|((one, _), (other, _))| one.get(key) != other.get(key))
        .peekable();
    differing.peek().is_some()
        && differing.all(|((_, ones), (_, others))| common(ones, others).all(|(a, b)| a == b))
}

/// Whether what the fact is about does not fit the messages of some machine.
fn lacks_room(written: &Written<'_>, key: &str) -> bool {
    let number = |facts: &Facts, key: &str| facts.get(key)?.parse::<usize>().ok();
    let longest = |octets: &BTreeMap<usize, &[u8]>| octets.values().map(|one| one.len()).max();
    if written.is_empty() {
        return false;
    }
    let mut all = written.iter();
    match key.split_once('.') {
        Some(("size", _)) => all.any(|(facts, octets)| longest(octets) < number(facts, key)),
        // What is aligned has something before it, or after it.
        Some(("align", scalar)) => {
            all.any(|(facts, octets)| longest(octets) <= number(facts, &format!("size.{scalar}")))
        }
        _ => match key {
            "long-double-format" => lacks_room(written, "size.long-double"),
            "byte-order" => all.all(|(_, octets)| longest(octets) < Some(2)),
            // A sign is that of the highest bit.
            "char-signed" | "wchar-signed" => {
                all.all(|(_, octets)| octets.values().all(|one| one.iter().all(u8::is_ascii)))
            }
            _ => false,
        },
    }
}

/// Whether every machine writes the same number in its own format of `long double`, in every message. Where it lies may be another place on each.
fn has_long_double(written: &Written<'_>) -> bool {
    let mut of_vector: BTreeMap<usize, Vec<Vec<Float>>> = BTreeMap::new();
    for (facts, messages) in written {
        for (vector, octets) in messages {
            let numbers = long_doubles(facts, octets);
            of_vector.entry(*vector).or_default().push(numbers);
        }
    }
    of_vector
        .values()
        .all(|machines| match machines.split_first() {
            Some((first, others)) => first
                .iter()
                .any(|number| others.iter().all(|numbers| numbers.contains(number))),
            None => true,
        })
}

/// All numbers in a message that may be a `long double` of the machine: neither zero nor out of all proportion.
fn long_doubles(facts: &Facts, octets: &[u8]) -> Vec<Float> {
    let format = facts
        .get("long-double-format")
        .and_then(|word| word.parse().ok());
    let size = facts
        .get("size.long-double")
        .and_then(|word| word.parse().ok());
    let (Some(format), Some(size)) = (format, size) else {
        return Vec::new();
    };
    let order = match facts.get("byte-order").map(String::as_str) {
        Some("big") => ByteOrder::Big,
        _ => ByteOrder::Little,
    };
    let numbers = octets
        .windows(size)
        .step_by(2)
        .map(|octets| Float::read(octets, format, order));
    let is_usual = |float: &Float| {
        matches!(
            float,
            Float::Finite {
                exponent: -64..64,
                ..
            }
        )
    };
    numbers.filter(is_usual).collect()
}
