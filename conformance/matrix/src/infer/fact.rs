//! Facts that hold in some cells and not in others.

use std::collections::BTreeMap;
use std::fmt;

use layout::Abi;
use layout::abi::Typedef;

use crate::cause::Cause;

/// What is known of a machine, or of what runs on it, by key.
pub type Facts = BTreeMap<String, String>;

/// A fact about the two machines of a cell that holds in some cells and not in others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DistinguishingFact {
    /// The two machines differ in this fact.
    Between(String),
    /// The server's number is larger than the client's: it waits for octets that never come.
    ServerLarger(String),
    /// The client's number is larger than the server's.
    ClientLarger(String),
    /// The server's fact is this.
    Server(String, String),
    /// The client's fact is this.
    Client(String, String),
}

/// Facts in the order in which they come to mind; all others come after them.
pub(super) const LIKELIEST: [&str; 7] = [
    "byte-order",
    "size.long",
    "size.pointer",
    "align.int64",
    "char-signed",
    "bit-field-order",
    "size.enum",
];

/// What is no fact of a machine: it explains only what facts do not.
pub(super) const LAST: [&str; 2] = ["abi", "implementation"];

/// How likely an explanation is. An unlikely one is given only where no likelier one separates the cells, even if that needs more facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    Likely,
    Fact,
    Last,
}

impl DistinguishingFact {
    pub(super) fn key(&self) -> &str {
        match self {
            DistinguishingFact::Between(key)
            | DistinguishingFact::ServerLarger(key)
            | DistinguishingFact::ClientLarger(key)
            | DistinguishingFact::Server(key, _)
            | DistinguishingFact::Client(key, _) => key,
        }
    }

    pub(super) fn tier(&self) -> Tier {
        match self.key() {
            key if LIKELIEST.contains(&key) => Tier::Likely,
            key if LAST.contains(&key) => Tier::Last,
            _ => Tier::Fact,
        }
    }

    /// Whether it is about one machine, and not about a difference between two.
    pub(super) fn is_of_one_end(&self) -> bool {
        matches!(
            self,
            DistinguishingFact::Server(..) | DistinguishingFact::Client(..)
        )
    }

    /// Whether it holds between these two.
    pub fn holds(&self, server: &Facts, client: &Facts) -> bool {
        match self {
            DistinguishingFact::Between(key) => server.get(key) != client.get(key),
            DistinguishingFact::ServerLarger(key) => is_larger(server, client, key),
            DistinguishingFact::ClientLarger(key) => is_larger(client, server, key),
            DistinguishingFact::Server(key, value) => server.get(key) == Some(value),
            DistinguishingFact::Client(key, value) => client.get(key) == Some(value),
        }
    }

    /// The cause that it stands for; what is no fact of a machine is none.
    pub fn cause(&self) -> Option<Cause> {
        let key = self.key();
        Some(match key.split_once('.') {
            // Its room belongs to what it is.
            Some(("size", "long-double")) => Cause::LongDouble,
            Some(("size", _)) => Cause::Width,
            Some(("align", _)) => Cause::Padding,
            _ => match key {
                "byte-order" => Cause::ByteOrder,
                "char-signed" | "wchar-signed" => Cause::CharSign,
                "bit-field-order" => Cause::BitFieldOrder,
                "long-double-format" => Cause::LongDouble,
                _ => return None,
            },
        })
    }
}

fn is_larger(one: &Facts, other: &Facts, key: &str) -> bool {
    let number = |facts: &Facts| facts.get(key)?.parse::<u64>().ok();
    number(one)
        .zip(number(other))
        .is_some_and(|(one, other)| one > other)
}

/// As in "wrong where ...".
impl fmt::Display for DistinguishingFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DistinguishingFact::Between(key) => write!(f, "the two machines differ in {key}"),
            DistinguishingFact::ServerLarger(key) => {
                write!(f, "the server's {key} is larger than the client's")
            }
            DistinguishingFact::ClientLarger(key) => {
                write!(f, "the client's {key} is larger than the server's")
            }
            DistinguishingFact::Server(key, value) => write!(f, "the server's {key} is {value}"),
            DistinguishingFact::Client(key, value) => write!(f, "the client's {key} is {value}"),
        }
    }
}

/// What is known of a machine: the facts that programs measure, and sizes of types of the C library that are not everywhere those of a scalar.
pub(super) fn of_machine(abi: &Abi) -> Facts {
    let mut facts = abi.fact_words();
    for name in [Typedef::Time, Typedef::Off] {
        if let Some(scalar) = abi.typedef(name) {
            facts.insert(format!("size.{name}"), abi.size(scalar).to_string());
        }
    }
    facts
}
