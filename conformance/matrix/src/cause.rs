//! Why a cell breaks: differences between two machines.

use std::fmt;

/// A difference between two machines that can break a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Which octet of an integer comes first.
    ByteOrder,
    /// How many octets a `long` has, or an address.
    Width,
    /// How fields are aligned, and so where padding lies.
    Padding,
    /// Which octet stands for a character.
    Charset,
    /// Whether a `char` has a sign.
    CharSign,
    /// From which end an octet's bit-fields are taken.
    BitFieldOrder,
    /// What a `long double` is.
    LongDouble,
}

impl Cause {
    /// All of them, in the order in which reports name them.
    pub const ALL: [Cause; 7] = [
        Cause::ByteOrder,
        Cause::Width,
        Cause::Padding,
        Cause::Charset,
        Cause::CharSign,
        Cause::BitFieldOrder,
        Cause::LongDouble,
    ];

    /// The word in machine-readable reports.
    pub fn name(self) -> &'static str {
        match self {
            Cause::ByteOrder => "byte-order",
            Cause::Width => "width",
            Cause::Padding => "padding",
            Cause::Charset => "charset",
            Cause::CharSign => "char-sign",
            Cause::BitFieldOrder => "bit-field-order",
            Cause::LongDouble => "long-double",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Cause::ByteOrder => "byte order",
            Cause::Width => "width",
            Cause::Padding => "padding",
            Cause::Charset => "character set",
            Cause::CharSign => "sign of char",
            Cause::BitFieldOrder => "bit-field order",
            Cause::LongDouble => "format of long double",
        })
    }
}
