//! What octets say, read as a form has them.

use std::fmt;

use layout::abi::{BitFieldOrder, ByteOrder};

use crate::date::date;
use crate::float;
use crate::form::{Cell, Meaning, Padding};

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer, a truth value or an address.
    Integer {
        /// Its value.
        number: i128,
        /// The name that it has: an enumerator, `true`, `false`, a character.
        name: Option<String>,
        /// The date that it is, where it counts seconds.
        date: Option<String>,
    },
    /// A binary floating-point number.
    Float {
        /// As people write it; `~` stands before what a `double` cannot say exactly.
        text: String,
        /// The nearest `double`.
        number: f64,
    },
    /// An array of `char`, up to the first octet that is zero.
    Text(String),
    /// The elements of another array.
    Elements(Vec<Value>),
    /// Too wide for any number: octets in hexadecimal.
    Octets(String),
}

/// So many elements of an array are displayed.
const MAX_SHOWN: usize = 16;

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Integer { number, name, date } => {
                write!(formatter, "{number}")?;
                let also = name.iter().chain(date);
                also.into_iter()
                    .try_for_each(|also| write!(formatter, " {also}"))
            }
            Value::Float { text, .. } => formatter.write_str(text),
            Value::Text(text) => write!(formatter, "\"{text}\""),
            Value::Octets(octets) => formatter.write_str(octets),
            Value::Elements(elements) => {
                formatter.write_str("[")?;
                for (place, element) in elements.iter().take(MAX_SHOWN).enumerate() {
                    let between = if place > 0 { ", " } else { "" };
                    write!(formatter, "{between}{element}")?;
                }
                match elements.len().saturating_sub(MAX_SHOWN) {
                    0 => formatter.write_str("]"),
                    more => write!(formatter, ", ... {more} more]"),
                }
            }
        }
    }
}

/// Reads a value of a record; `None` where the record ends before it.
pub fn read(cell: &Cell, record: &[u8]) -> Option<Value> {
    match cell.elements {
        None => one(cell, record, 0),
        Some(_) if cell.meaning == Meaning::Char => Some(text(octets(cell, record)?)),
        Some(elements) => {
            let elements = (0..elements).map(|element| one(cell, record, element));
            elements.collect::<Option<_>>().map(Value::Elements)
        }
    }
}

/// The octets that a value lies in, whole: those of a bit-field have bits of others, too.
pub fn octets<'r>(cell: &Cell, record: &'r [u8]) -> Option<&'r [u8]> {
    stretch(record, cell.bit_offset, cell.bit_end())
}

/// The octets that these bits lie in.
pub(crate) fn stretch(record: &[u8], begin: u64, end: u64) -> Option<&[u8]> {
    let begin = usize::try_from(begin / 8).ok()?;
    let end = usize::try_from(end.div_ceil(8)).ok()?;
    record.get(begin..end)
}

/// The octets of padding, without the bits of others that some have: each with how many bits of it are padding.
pub(crate) fn padding<'r>(
    hole: &Padding,
    record: &'r [u8],
) -> impl Iterator<Item = (u8, u32)> + use<'r> {
    let (begin, end, order) = (hole.bit_offset, hole.bit_offset + hole.bit_size, hole.bits);
    let octets = stretch(record, begin, end).unwrap_or_default();
    octets.iter().zip(begin / 8..).map(move |(octet, place)| {
        let own = |bit: &u64| (begin..end).contains(&(place * 8 + bit));
        let mask = (0..8).filter(own).fold(0_u8, |mask, bit| {
            mask | match order {
                BitFieldOrder::LowFirst => 1 << bit,
                BitFieldOrder::HighFirst => 0x80 >> bit,
            }
        });
        (octet & mask, mask.count_ones())
    })
}

/// The bits of an element as a number without a sign; `None` for what is wider than 128.
pub(crate) fn bits(cell: &Cell, record: &[u8], element: u64) -> Option<u128> {
    let begin = cell
        .bit_offset
        .checked_add(element.checked_mul(cell.bit_stride)?)?;
    let end = begin.checked_add(cell.bit_size)?;
    let octets = stretch(record, begin, end)?;
    if octets.len() > 17 || cell.bit_size > 128 {
        return None;
    }
    if !cell.is_bit_field {
        return Some(number(octets, cell.order));
    }
    // The bits of all these octets in one line, counted from the end that comes first.
    let mut value = 0_u128;
    for place in 0..cell.bit_size {
        let at = begin % 8 + place;
        let octet = octets.get(usize::try_from(at / 8).ok()?)?;
        let bit = match cell.bits {
            BitFieldOrder::LowFirst => octet >> (at % 8) & 1,
            BitFieldOrder::HighFirst => octet >> (7 - at % 8) & 1,
        };
        match cell.bits {
            BitFieldOrder::LowFirst => value |= u128::from(bit) << place,
            BitFieldOrder::HighFirst => value = value << 1 | u128::from(bit),
        }
    }
    Some(value)
}

/// Writes the low bits of an element, and leaves all other bits as they are; nothing where the record ends before it.
pub(crate) fn write(cell: &Cell, record: &mut [u8], element: u64, bits: u64) {
    let begin = cell.bit_offset + element * cell.bit_stride;
    for place in 0..cell.bit_size.min(64) {
        // From the least significant bit on.
        let at = match (cell.is_bit_field, cell.bits, cell.order) {
            (true, BitFieldOrder::LowFirst, _) => begin + place,
            (true, BitFieldOrder::HighFirst, _) => begin + cell.bit_size - 1 - place,
            (false, _, ByteOrder::Little) => begin + place,
            (false, _, ByteOrder::Big) => begin + cell.bit_size - 8 - place / 8 * 8 + place % 8,
        };
        let shift = match (cell.is_bit_field, cell.bits) {
            (true, BitFieldOrder::HighFirst) => 7 - at % 8,
            _ => at % 8,
        };
        let octet = usize::try_from(at / 8)
            .ok()
            .and_then(|at| record.get_mut(at));
        if let Some(octet) = octet {
            let bit = u8::from(bits >> place & 1 == 1);
            *octet = *octet & !(1 << shift) | bit << shift;
        }
    }
}

fn number(octets: &[u8], order: ByteOrder) -> u128 {
    let append = |number: u128, octet: &u8| number << 8 | u128::from(*octet);
    match order {
        ByteOrder::Big => octets.iter().fold(0, append),
        ByteOrder::Little => octets.iter().rev().fold(0, append),
    }
}

/// An integer with its sign, where it has one.
pub(crate) fn integer(cell: &Cell, record: &[u8], element: u64) -> Option<i128> {
    let bits = bits(cell, record, element)?;
    let signed = match &cell.meaning {
        Meaning::Integer { signed, .. } | Meaning::Enum { signed, .. } => *signed,
        _ => false,
    };
    let unused = 128_u32.checked_sub(u32::try_from(cell.bit_size).ok()?)?;
    if signed && unused < 128 {
        return Some((bits << unused).cast_signed() >> unused);
    }
    i128::try_from(bits).ok()
}

fn one(cell: &Cell, record: &[u8], element: u64) -> Option<Value> {
    let begin = cell
        .bit_offset
        .checked_add(element.checked_mul(cell.bit_stride)?)?;
    let octets = stretch(record, begin, begin.checked_add(cell.bit_size)?)?;
    let as_octets = || Value::Octets(kit::words::hex(octets));
    let number = |name: Option<String>, date: Option<String>| {
        let number = integer(cell, record, element);
        number.map_or_else(as_octets, |number| Value::Integer { number, name, date })
    };
    let value = integer(cell, record, element);
    Some(match &cell.meaning {
        Meaning::Bool => {
            let name = match value {
                Some(0) => Some("false"),
                Some(1) => Some("true"),
                _ => None,
            };
            number(name.map(str::to_owned), None)
        }
        Meaning::Char => {
            let octet = octets.first().copied().unwrap_or_default();
            let name = octet
                .is_ascii_graphic()
                .then(|| format!("'{}'", char::from(octet)));
            number(name, None)
        }
        Meaning::Integer { is_time, .. } => {
            let date = value.filter(|_| *is_time).and_then(date);
            number(None, date)
        }
        Meaning::Enum { names, .. } => {
            let name = names.iter().find(|name| Some(name.value) == value);
            number(name.map(|name| name.name.to_string()), None)
        }
        Meaning::Pointer => number(None, None),
        Meaning::Float(format) => {
            let float = float::read(octets, *format, cell.order)?;
            Value::Float {
                text: float.text,
                number: float.number,
            }
        }
        Meaning::Complex(format) => {
            let halves = octets.split_at_checked(octets.len() / 2)?;
            let half = |octets| {
                let float = float::read(octets, *format, cell.order)?;
                Some(Value::Float {
                    text: float.text,
                    number: float.number,
                })
            };
            Value::Elements(vec![half(halves.0)?, half(halves.1)?])
        }
    })
}

/// Text up to its first zero; octets beyond ASCII, and controls, as `\xHH`.
fn text(octets: &[u8]) -> Value {
    let end = octets.iter().position(|octet| *octet == 0);
    let octets = octets
        .get(..end.unwrap_or(octets.len()))
        .unwrap_or_default();
    let spelt = octets.iter().map(|octet| match octet {
        b'\\' => "\\\\".to_owned(),
        b' ' => " ".to_owned(),
        octet if octet.is_ascii_graphic() => char::from(*octet).to_string(),
        octet => format!("\\x{octet:02x}"),
    });
    Value::Text(spelt.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(meaning: Meaning, bit_offset: u64, bit_size: u64, order: ByteOrder) -> Cell {
        Cell {
            path: "it".to_owned(),
            bit_offset,
            bit_size,
            is_bit_field: false,
            order,
            bits: match order {
                ByteOrder::Big => BitFieldOrder::HighFirst,
                ByteOrder::Little => BitFieldOrder::LowFirst,
            },
            elements: None,
            lengths: String::new(),
            bit_stride: bit_size,
            meaning,
            type_name: "int".into(),
            declared: None,
            is_shared: false,
        }
    }

    const SIGNED: Meaning = Meaning::Integer {
        signed: true,
        is_time: false,
    };
    const UNSIGNED: Meaning = Meaning::Integer {
        signed: false,
        is_time: false,
    };

    #[test]
    fn integers_have_the_order_and_the_sign_of_their_type() {
        let record = [0xff, 0xfe, 0x00, 0x80];
        for (meaning, offset, size, order, expected) in [
            (SIGNED, 0, 16, ByteOrder::Big, -2),
            (SIGNED, 0, 16, ByteOrder::Little, -257),
            (UNSIGNED, 0, 16, ByteOrder::Big, 0xfffe),
            (SIGNED, 24, 8, ByteOrder::Big, -128),
            (SIGNED, 16, 16, ByteOrder::Big, 0x80),
            (UNSIGNED, 0, 32, ByteOrder::Little, 0x8000_feff),
        ] {
            let cell = cell(meaning, offset, size, order);
            assert_eq!(integer(&cell, &record, 0), Some(expected));
        }
        assert_eq!(read(&cell(SIGNED, 0, 64, ByteOrder::Big), &record), None);
    }

    /// As gcc has them: `struct { unsigned a:3, b:5; int c:10; }` with 5, 17, -3 on x86_64 and s390x.
    #[test]
    fn bit_fields_are_counted_from_the_end_that_comes_first() {
        for (record, order) in [
            ([0x8d, 0xfd, 0x03, 0x00], ByteOrder::Little),
            ([0xb1, 0xff, 0x40, 0x00], ByteOrder::Big),
        ] {
            let field = |meaning, offset, size| Cell {
                is_bit_field: true,
                ..cell(meaning, offset, size, order)
            };
            assert_eq!(integer(&field(UNSIGNED, 0, 3), &record, 0), Some(5));
            assert_eq!(integer(&field(UNSIGNED, 3, 5), &record, 0), Some(17));
            assert_eq!(integer(&field(SIGNED, 8, 10), &record, 0), Some(-3));
        }
    }

    #[test]
    fn text_ends_at_its_first_zero() {
        let cell = Cell {
            elements: Some(6),
            bit_stride: 8,
            ..cell(Meaning::Char, 0, 8, ByteOrder::Big)
        };
        let text = |octets: &[u8]| read(&cell, octets);
        assert_eq!(text(b"ab\0zzz"), Some(Value::Text("ab".to_owned())));
        assert_eq!(
            text(b"a\n\xe9\\ b"),
            Some(Value::Text("a\\x0a\\xe9\\\\ b".to_owned()))
        );
        assert_eq!(text(b"short"), None);
    }

    #[test]
    fn what_is_written_is_read_back_and_nothing_else_moves() {
        for order in [ByteOrder::Big, ByteOrder::Little] {
            for (is_bit_field, offset, size) in [
                (false, 0, 8),
                (false, 8, 16),
                (false, 16, 32),
                (false, 0, 64),
                (true, 3, 5),
                (true, 5, 10),
                (true, 13, 33),
            ] {
                let cell = Cell {
                    is_bit_field,
                    ..cell(UNSIGNED, offset, size, order)
                };
                let mask = u64::MAX >> (64 - size);
                for value in [0, 1, 0x0123_4567_89ab_cdef, u64::MAX] {
                    let mut record = [0x5a; 12];
                    write(&cell, &mut record, 0, value);
                    assert_eq!(bits(&cell, &record, 0), Some(u128::from(value & mask)));
                    write(&cell, &mut record, 0, 0x5a5a_5a5a_5a5a_5a5a);
                    let mut other = [0x5a; 12];
                    write(&cell, &mut other, 0, 0x5a5a_5a5a_5a5a_5a5a);
                    assert_eq!(record, other);
                }
            }
        }
    }
}
