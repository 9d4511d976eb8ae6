//! What a program can measure about its ABI by itself: each fact has a name, and on each ABI a value.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{Abi, BitFieldOrder, ByteOrder, LongDoubleFormat, Scalar};

/// Something that a program can measure about the ABI it was compiled for, without a compiler's help.
///
/// Its name, which it is displayed as and read from, is a key: `byte-order`, `size.long`.
///
/// ```
/// use crossum_layout::abi::{Abis, Fact, FactValue, Scalar};
///
/// let s390x = Abis::builtin().get("s390x-elf").unwrap();
/// assert_eq!(s390x.fact(Fact::Size(Scalar::Long)), FactValue::Octets(8));
/// assert_eq!("size.long".parse(), Ok(Fact::Size(Scalar::Long)));
/// assert_eq!(s390x.fact(Fact::ByteOrder).to_string(), "big");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Fact {
    /// `byte-order`: see [`Abi::byte_order`].
    ByteOrder,
    /// `char-signed`: see [`Abi::char_signed`].
    CharSigned,
    /// `wchar-signed`: see [`Abi::wchar_signed`].
    WcharSigned,
    /// `long-double-format`: see [`Abi::long_double_format`].
    LongDoubleFormat,
    /// `bit-field-order`: see [`Abi::bit_field_order`].
    BitFieldOrder,
    /// `size.T`: see [`Abi::size`].
    Size(Scalar),
    /// `align.T`: see [`Abi::align`].
    Align(Scalar),
}

/// What a [`Fact`] is on one ABI. It is displayed as a program writes it: a word, `true` or `false`, or a decimal number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FactValue {
    /// Of [`Fact::ByteOrder`].
    ByteOrder(ByteOrder),
    /// Of [`Fact::CharSigned`] and [`Fact::WcharSigned`].
    Signed(bool),
    /// Of [`Fact::LongDoubleFormat`].
    LongDoubleFormat(LongDoubleFormat),
    /// Of [`Fact::BitFieldOrder`].
    BitFieldOrder(BitFieldOrder),
    /// Of [`Fact::Size`] and [`Fact::Align`].
    Octets(usize),
}

/// Those with a size and an alignment of their own, and none that follows from another's.
const MEASURED: [Scalar; 11] = [
    Scalar::Short,
    Scalar::Int,
    Scalar::Long,
    Scalar::LongLong,
    Scalar::Int64,
    Scalar::Pointer,
    Scalar::Float,
    Scalar::Double,
    Scalar::LongDouble,
    Scalar::Wchar,
    Scalar::Enum,
];

impl Fact {
    /// The facts that tell one ABI's scalars from another's. Sizes and alignments of scalars that are 1 everywhere, or follow from those of others, are left out.
    pub fn all() -> impl Iterator<Item = Fact> {
        let scalars = MEASURED.into_iter();
        [
            Fact::ByteOrder,
            Fact::CharSigned,
            Fact::WcharSigned,
            Fact::LongDoubleFormat,
            Fact::BitFieldOrder,
        ]
        .into_iter()
        .chain(scalars.flat_map(|scalar| [Fact::Size(scalar), Fact::Align(scalar)]))
    }
}

impl Abi {
    /// The value of a fact here.
    pub fn fact(&self, fact: Fact) -> FactValue {
        match fact {
            Fact::ByteOrder => FactValue::ByteOrder(self.byte_order),
            Fact::CharSigned => FactValue::Signed(self.char_signed),
            Fact::WcharSigned => FactValue::Signed(self.wchar_signed),
            Fact::LongDoubleFormat => FactValue::LongDoubleFormat(self.long_double_format),
            Fact::BitFieldOrder => FactValue::BitFieldOrder(self.bit_field_order),
            Fact::Size(scalar) => FactValue::Octets(self.size(scalar)),
            Fact::Align(scalar) => FactValue::Octets(self.align(scalar)),
        }
    }

    /// [`Fact::all`] with their values here. How a particular record lies is no fact: [`crate::lay_out`] works that out.
    pub fn facts(&self) -> impl Iterator<Item = (Fact, FactValue)> {
        Fact::all().map(|fact| (fact, self.fact(fact)))
    }

    /// The same as programs write them, by name.
    pub fn fact_words(&self) -> BTreeMap<String, String> {
        self.facts()
            .map(|(fact, value)| (fact.to_string(), value.to_string()))
            .collect()
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fact::ByteOrder => formatter.pad("byte-order"),
            Fact::CharSigned => formatter.pad("char-signed"),
            Fact::WcharSigned => formatter.pad("wchar-signed"),
            Fact::LongDoubleFormat => formatter.pad("long-double-format"),
            Fact::BitFieldOrder => formatter.pad("bit-field-order"),
            Fact::Size(scalar) => formatter.pad(&format!("size.{scalar}")),
            Fact::Align(scalar) => formatter.pad(&format!("align.{scalar}")),
        }
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactValue::ByteOrder(order) => order.fmt(formatter),
            FactValue::Signed(signed) => signed.fmt(formatter),
            FactValue::LongDoubleFormat(format) => format.fmt(formatter),
            FactValue::BitFieldOrder(order) => order.fmt(formatter),
            FactValue::Octets(octets) => octets.fmt(formatter),
        }
    }
}

impl FromStr for Fact {
    type Err = UnknownFact;

    fn from_str(name: &str) -> Result<Fact, UnknownFact> {
        let of_scalar = |prefix: &str| name.strip_prefix(prefix)?.parse().ok();
        let unknown = || UnknownFact {
            found: name.to_owned(),
        };
        match name {
            "byte-order" => Ok(Fact::ByteOrder),
            "char-signed" => Ok(Fact::CharSigned),
            "wchar-signed" => Ok(Fact::WcharSigned),
            "long-double-format" => Ok(Fact::LongDoubleFormat),
            "bit-field-order" => Ok(Fact::BitFieldOrder),
            _ => of_scalar("size.")
                .map(Fact::Size)
                .or_else(|| of_scalar("align.").map(Fact::Align))
                .ok_or_else(unknown),
        }
    }
}

/// A name that is no fact's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "found `{found}`, expected byte-order, char-signed, wchar-signed, long-double-format, bit-field-order, size.T or align.T (T is a scalar, as in size.long)"
)]
#[non_exhaustive]
pub struct UnknownFact {
    /// What was there.
    pub found: String,
}
