//! Why a cell breaks: the differences that must be switched off in the model before the prediction comes right.

use std::fmt;

use layout::Abi;
use proto::Encoding;

use super::{Ends, predict, promised};
use crate::vectors::Pair;

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

    /// Those that the encodings of PROTOCOL.md show; the others are a user's own.
    const OF_SUMS: [Cause; 4] = [
        Cause::ByteOrder,
        Cause::Width,
        Cause::Padding,
        Cause::Charset,
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

/// The smallest set of differences without which every vector comes out as promised; empty when it does anyway.
///
/// The smallest set, and not each difference by itself: between a 32-bit big-endian client and a 64-bit little-endian server neither repair alone helps, and both are causes.
/// (When no set helps, which no encoding of ours shows, all four are named.)
pub fn causes(ends: Ends<'_>, encoding: &dyn Encoding, vectors: &[Pair]) -> Vec<Cause> {
    let mut sets: Vec<Vec<Cause>> = (0_u8..16)
        .map(|bits| {
            let chosen = Cause::OF_SUMS
                .into_iter()
                .enumerate()
                .filter(|(bit, _)| bits & (1 << bit) != 0);
            chosen.map(|(_, cause)| cause).collect()
        })
        .collect();
    sets.sort_by_key(Vec::len);
    let helps = |set: &Vec<Cause>| all_promised_without(set, ends, encoding, vectors);
    sets.into_iter()
        .find(helps)
        .unwrap_or(Cause::OF_SUMS.to_vec())
}

fn all_promised_without(
    causes: &[Cause],
    ends: Ends<'_>,
    encoding: &dyn Encoding,
    vectors: &[Pair],
) -> bool {
    let server = without(causes, ends);
    let encoding = match (causes.contains(&Cause::Charset), encoding.name()) {
        (true, "text-ebcdic") => proto::named("text").unwrap_or(encoding),
        _ => encoding,
    };
    let ends = Ends {
        server: &server,
        ..ends
    };
    vectors.iter().all(|&vector| {
        predict(ends, encoding, vector).outcome == promised(ends.client, encoding, vector)
    })
}

/// The server's machine, like the client's in these respects.
pub fn without(causes: &[Cause], ends: Ends<'_>) -> Abi {
    let alike = |server: Abi, cause: &Cause| match cause {
        Cause::ByteOrder => server.with_byte_order_of(ends.client),
        Cause::Width => server.with_width_of(ends.client),
        Cause::Padding => server.with_alignment_of(ends.client),
        // Not a property of an ABI, or of no struct that sums are sent in.
        Cause::Charset | Cause::CharSign | Cause::BitFieldOrder | Cause::LongDouble => server,
    };
    causes.iter().fold(ends.server.clone(), alike)
}
