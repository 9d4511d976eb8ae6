//! Where an implementation is known to differ from PROTOCOL.md.

use serde::Deserialize;

use crate::message::Message;

/// A difference that a row of `implementations.toml` announces. Any other is news, and so is its end.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// In which messages.
    differs: Where,
    /// In which direction; in both where it is left out.
    when: Option<When>,
    /// Of which version, where that is not the row's own: what ran says these words.
    of: Option<String>,
    /// Why, in words.
    pub why: String,
}

/// The messages in which an implementation may differ.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Where {
    /// With an integer that not every double has.
    BeyondDouble,
    /// With the least integer of so many octets, such as -128.
    LeastOfItsOctets,
    /// With an integer of 32 bits beside its sign: one more than an `int` has.
    PastInt,
}

/// What the implementation does with a message.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum When {
    ItReads,
    ItWrites,
}

/// Up to here every integer is a double.
const DOUBLE: u64 = 1 << 53;

impl Known {
    /// Whether it is about what ran.
    pub(crate) fn is_of(&self, runner: &str) -> bool {
        let of = self.of.as_ref();
        of.is_none_or(|version| runner.contains(version.as_str()))
    }

    /// Whether it is known to differ in this message, which it reads or writes.
    pub(crate) fn admits(&self, reads: bool, message: Message) -> bool {
        let direction = match reads {
            true => When::ItReads,
            false => When::ItWrites,
        };
        if self.when.is_some_and(|when| when != direction) {
            return false;
        }
        message.integers().any(|integer| match self.differs {
            Where::BeyondDouble => integer.unsigned_abs() > DOUBLE,
            Where::LeastOfItsOctets => {
                (1..=8).any(|octets| i128::from(integer) == -(1_i128 << (8 * octets - 1)))
            }
            Where::PastInt => {
                let magnitude = if integer < 0 { !integer } else { integer };
                (1 << 31..1 << 32).contains(&magnitude)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_difference_has_its_messages() {
        let known = |differs| Known {
            differs,
            when: None,
            of: None,
            why: String::new(),
        };
        for (differs, text, admits) in [
            (Where::BeyondDouble, "sum 9007199254740992", false),
            (Where::BeyondDouble, "sum 9007199254740993", true),
            (Where::BeyondDouble, "request 0 -9223372036854775808", true),
            (Where::BeyondDouble, "refused overflow", false),
            (Where::LeastOfItsOctets, "request 5 -128", true),
            (Where::LeastOfItsOctets, "sum -9223372036854775808", true),
            (Where::LeastOfItsOctets, "sum -129", false),
            (Where::LeastOfItsOctets, "sum 128", false),
            (Where::PastInt, "sum -4294967296", true),
            (Where::PastInt, "sum -4294967297", false),
            (Where::PastInt, "request 5 -2147483649", true),
            (Where::PastInt, "request 5 -2147483648", false),
            (Where::PastInt, "sum 2147483648", true),
            (Where::PastInt, "sum 4294967296", false),
        ] {
            let message = text.parse().unwrap();
            for reads in [true, false] {
                assert_eq!(known(differs).admits(reads, message), admits, "{text}");
                let when = Some(When::ItReads);
                let reading = Known {
                    when,
                    ..known(differs)
                };
                assert_eq!(reading.admits(reads, message), admits && reads, "{text}");
            }
        }
    }
}
