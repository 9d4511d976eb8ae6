//! Between which machines a type can be copied as it lies: the islands.
//!
//! Two machines are on one island when every value lies in the same octets and is written there in the same way. Padding may hold anything, alignment does not travel, and a sign is in the eye of the reader: plain `char` has a finding of its own.

use std::collections::BTreeMap;

use layout::Abi;
use layout::Repeated;
use layout::abi::{BitFieldOrder, ByteOrder, LongDoubleFormat, Scalar};
use layout::types::{Count, Type};

use super::Case;
use super::anatomy::Field;

/// The islands of a type: the names on each sorted, the islands by their first name.
pub fn islands<'a>(case: &Case<'a>) -> Vec<Vec<&'a str>> {
    type Island<'v> = (u64, Vec<(&'v str, Written)>);
    let mut islands: BTreeMap<Island<'_>, Vec<&str>> = BTreeMap::new();
    let is_one = case.is_one_reading();
    for (on, anatomy) in case.known() {
        let fields = anatomy.fields.iter();
        let written = fields.map(|field| (field.path.as_str(), written(on.abi, field)));
        let mut written: Vec<_> = written.collect();
        // In which order values are declared does not matter, once each has its place.
        if !is_one {
            written.sort();
        }
        let island = islands.entry((anatomy.size, written)).or_default();
        island.extend(&on.machines);
    }
    let mut islands: Vec<_> = islands.into_values().collect();
    for island in &mut islands {
        island.sort_unstable();
    }
    islands.sort_unstable();
    islands
}

/// How a value is written: where, and in which format.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    place: Place,
    format: Format,
    /// How often, and how far apart.
    repeated: Vec<(Option<u64>, u64)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Octets: the first, and how many bits.
    Octets(u64, u64),
    /// Bits of one octet: which octet, the least significant bit of them, how many.
    Bits(u64, u64, u64),
    /// Bits of several octets, counted from this end.
    Run(BitFieldOrder, u64, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Format {
    /// One octet or less: no order.
    Octet,
    /// An integer, or a binary floating-point number of IEEE 754.
    Ordered(ByteOrder),
    LongDouble(LongDoubleFormat, ByteOrder),
}

fn written(abi: &Abi, field: &Field) -> Written {
    let place = place(abi, field);
    let within_an_octet = match place {
        Place::Bits(..) => true,
        Place::Octets(_, bits) => bits <= 8,
        Place::Run(..) => false,
    };
    let format = match &field.kind {
        _ if within_an_octet => Format::Octet,
        Type::Scalar(Scalar::LongDouble) | Type::Complex(Scalar::LongDouble) => {
            Format::LongDouble(abi.long_double_format(), field.byte_order(abi))
        }
        _ => Format::Ordered(field.byte_order(abi)),
    };
    let repeated = field.repeated.iter().map(|Repeated { count, bit_stride }| {
        let count = match count {
            Count::Fixed(count) => Some(*count),
            Count::Flexible => None,
        };
        (count, *bit_stride)
    });
    Written {
        place,
        format,
        repeated: repeated.collect(),
    }
}

/// Where a value lies, however its bits are numbered.
pub(crate) fn place(abi: &Abi, field: &Field) -> Place {
    let (offset, size) = (field.bit_offset, field.bit_size);
    if !field.is_bit_field {
        return Place::Octets(offset / 8, size);
    }
    let last = offset + size.saturating_sub(1);
    if offset / 8 != last / 8 {
        return Place::Run(abi.bit_field_order(), offset, size);
    }
    // The same bits have other numbers where bits are counted from the other end.
    let least = match abi.bit_field_order() {
        BitFieldOrder::LowFirst => offset % 8,
        BitFieldOrder::HighFirst => 7 - last % 8,
    };
    Place::Bits(offset / 8, least, size)
}
