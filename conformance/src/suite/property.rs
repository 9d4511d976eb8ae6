//! What tells one ABI from another, as far as a Rust program can notice: the properties by which targets are chosen, tests excluded, and failures explained.

use std::fmt;
use std::str::FromStr;

use cross::target::{did_you_mean, nearest};
use layout::abi::Scalar;
use layout::{Abi, ByteOrder};
use serde::Deserialize;

/// A property that an ABI has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Property {
    /// The most significant octet first.
    BigEndian,
    /// The least significant octet first.
    LittleEndian,
    /// Pointers, and so `usize`, of 4 octets.
    Bits32,
    /// Pointers, and so `usize`, of 8 octets.
    Bits64,
    /// `u64` aligned to less than 8 octets.
    LooseInt64,
    /// `u64` aligned to 8 octets.
    StrictInt64,
    /// `c_char` is `u8`.
    UnsignedChar,
    /// `c_char` is `i8`.
    SignedChar,
}

impl Property {
    /// Every property, the likelier explanation first; each two of a row are each other's opposite.
    pub const ALL: [Property; 8] = [
        Property::BigEndian,
        Property::LittleEndian,
        Property::Bits32,
        Property::Bits64,
        Property::LooseInt64,
        Property::StrictInt64,
        Property::UnsignedChar,
        Property::SignedChar,
    ];

    /// The word for it on the command line, in `crossum.toml` and in reports.
    pub fn word(self) -> &'static str {
        match self {
            Property::BigEndian => "big-endian",
            Property::LittleEndian => "little-endian",
            Property::Bits32 => "32-bit",
            Property::Bits64 => "64-bit",
            Property::LooseInt64 => "loose-int64",
            Property::StrictInt64 => "strict-int64",
            Property::UnsignedChar => "unsigned-char",
            Property::SignedChar => "signed-char",
        }
    }

    /// The same, for somebody who reads it for the first time.
    pub fn told(self) -> &'static str {
        match self {
            Property::LooseInt64 => "64-bit integers aligned to 4 octets or fewer",
            Property::StrictInt64 => "64-bit integers aligned to 8 octets",
            Property::UnsignedChar => "unsigned char",
            Property::SignedChar => "signed char",
            other => other.word(),
        }
    }

    /// Whether an ABI has it.
    pub fn holds(self, abi: &Abi) -> bool {
        match self {
            Property::BigEndian => abi.byte_order() == ByteOrder::Big,
            Property::LittleEndian => abi.byte_order() == ByteOrder::Little,
            Property::Bits32 => abi.size(Scalar::Pointer) == 4,
            Property::Bits64 => abi.size(Scalar::Pointer) == 8,
            Property::LooseInt64 => abi.align(Scalar::Int64) < 8,
            Property::StrictInt64 => abi.align(Scalar::Int64) >= 8,
            Property::UnsignedChar => !abi.char_signed(),
            Property::SignedChar => abi.char_signed(),
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A word that is no property's.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown property `{name}`{}; there are: {}", did_you_mean(.nearest.as_deref()), words().join(", "))]
pub struct UnknownProperty {
    name: String,
    nearest: Option<String>,
}

fn words() -> Vec<&'static str> {
    Property::ALL.map(Property::word).to_vec()
}

impl FromStr for Property {
    type Err = UnknownProperty;

    fn from_str(word: &str) -> Result<Property, UnknownProperty> {
        let mut all = Property::ALL.into_iter();
        let found = all.find(|property| property.word() == word);
        found.ok_or_else(|| UnknownProperty {
            name: word.to_owned(),
            nearest: nearest(word, words()).map(str::to_owned),
        })
    }
}

impl TryFrom<String> for Property {
    type Error = UnknownProperty;

    fn try_from(word: String) -> Result<Property, UnknownProperty> {
        word.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layout::Abis;

    #[test]
    fn a_word_and_its_property_belong_together() {
        for property in Property::ALL {
            assert_eq!(property.word().parse(), Ok(property));
        }
        let error = "big-endain".parse::<Property>().unwrap_err().to_string();
        assert!(error.contains("did you mean `big-endian`?"), "{error}");
    }

    #[test]
    fn each_pair_is_one_or_the_other_on_every_abi_that_rust_knows() {
        for target in cross::targets() {
            let abi = Abis::builtin().get(&target.abi).unwrap();
            for pair in Property::ALL.chunks(2) {
                assert_ne!(pair[0].holds(abi), pair[1].holds(abi), "{}", target.name);
            }
        }
    }
}
