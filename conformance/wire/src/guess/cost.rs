//! How many bits it takes to write down what a form reads: few for what programs write, many for what they do not.
//!
//! The code is a simple one: an integer takes its significant bits and their number, much as Elias's delta code has it, and never more than its width and one bit that says so; what is near to the same value of the record before takes what the difference takes. All octets of a dump are counted once under every form, so that the sums compare forms of different sizes, too.

use layout::abi::{ByteOrder, LongDoubleFormat};

use crate::date;
use crate::float;
use crate::form::{Cell, Form, Meaning, Padding};
use crate::value;

use super::Evidence;

/// Where the records of a dump lie.
pub(super) struct Surroundings {
    /// In the dump.
    pub(super) octets: u64,
    /// Before the first record.
    pub(super) skip: u64,
    /// How many there are.
    pub(super) records: u64,
    /// Of one record.
    pub(super) size: u64,
}

/// What it takes to write some records down.
#[derive(Clone)]
pub(super) struct Cost {
    /// Of each cell, in all records together.
    cells: Vec<f64>,
    padding: f64,
    pub(super) evidence: Vec<Evidence>,
}

/// A zero octet of padding.
const ZERO_PADDING_BITS: f64 = 0.05;
/// One of padding that has other octets only: a program that left there what was there before.
const FILLED_PADDING_BITS: f64 = 11.0;
/// Another one that is not zero.
const OTHER_PADDING_BITS: f64 = 18.0;
/// A name of an enumeration, a truth value.
const NAMED_BITS: f64 = 2.0;
/// Bits that enumerators have, together.
const COMBINED_BITS: f64 = 8.0;
/// How much more than its width a value takes that an enumeration has no name for.
const NO_NAME_BITS: f64 = 10.0;
/// A time between 1990 and 2100; of 32 bits hardly less than any.
const TIME_BITS: f64 = 24.0;
/// A number that is the length of what is there.
const LENGTH_BITS: f64 = 2.0;
/// More elements of an array than these say nothing new.
const MAX_ELEMENTS: u64 = 4096;

/// Counts of evidence.
#[derive(Default)]
struct Counts {
    zero_padding: u64,
    other_padding: u64,
    enumerators: u64,
    truths: u64,
    times: u64,
}

impl Cost {
    pub(super) fn of(form: &Form, records: &[(u64, &[u8])], around: &Surroundings) -> Cost {
        let mut counts = Counts::default();
        let mut evidence = Vec::new();
        let mut padding = 0.0;
        for hole in &form.padding {
            for (_, record) in records {
                padding += hole_bits(hole, record, &mut counts);
            }
        }
        let cells = form.cells.iter().map(|cell| {
            let length = length_of(cell, records, around);
            if let Some((of, length)) = length {
                let path = cell.path.clone();
                evidence.push(Evidence::Length { path, of, length });
            }
            let mut before = None;
            let mut bits = 0.0;
            for (_, record) in records {
                bits += match length {
                    Some(_) => LENGTH_BITS,
                    None => cell_bits(cell, record, before, &mut counts),
                };
                before = Some(*record);
            }
            bits
        });
        let cells = cells.collect();
        let Counts {
            zero_padding: zero,
            other_padding: other,
            ..
        } = counts;
        if zero > 0 {
            evidence.push(Evidence::Padding { zero, other });
        }
        let counted = [
            (
                counts.enumerators,
                Evidence::Enumerators as fn(u64) -> Evidence,
            ),
            (counts.truths, Evidence::Truths),
            (counts.times, Evidence::Times),
        ];
        let counted = counted.into_iter().filter(|(count, _)| *count > 0);
        evidence.extend(counted.map(|(count, kind)| kind(count)));
        Cost {
            cells,
            padding,
            evidence,
        }
    }

    /// In all.
    pub(super) fn bits(&self) -> f64 {
        self.cells.iter().sum::<f64>() + self.padding
    }

    /// Of each value.
    pub(super) fn by_path<'c>(&'c self, form: &'c Form) -> impl Iterator<Item = (&'c str, f64)> {
        let cells = form.cells.iter().zip(&self.cells);
        cells.map(|(cell, bits)| (cell.path.as_str(), *bits))
    }
}

fn hole_bits(hole: &Padding, record: &[u8], counts: &mut Counts) -> f64 {
    let octets: Vec<_> = value::padding(hole, record).collect();
    // What was in memory before fills all of it; a value that another form has there begins or ends with zeros.
    let is_filled = octets.len() > 1 && octets.iter().all(|(octet, _)| *octet != 0);
    let other = match is_filled {
        true => FILLED_PADDING_BITS,
        false => OTHER_PADDING_BITS,
    };
    let bits = octets.into_iter().map(|(octet, bits)| match (octet, bits) {
        (0, _) => {
            counts.zero_padding += u64::from(bits == 8);
            ZERO_PADDING_BITS
        }
        (_, bits) => {
            counts.other_padding += u64::from(bits == 8);
            other * f64::from(bits) / 8.0 + 1.0
        }
    });
    bits.sum()
}

fn cell_bits(cell: &Cell, record: &[u8], before: Option<&[u8]>, counts: &mut Counts) -> f64 {
    if cell.is_shared {
        // Which alternative of a union is there nobody knows: octets, one by one.
        let octets = value::octets(cell, record).unwrap_or_default();
        return octets
            .iter()
            .map(|octet| if *octet == 0 { 0.5 } else { 4.5 })
            .sum();
    }
    if cell.elements.is_some() && cell.meaning == Meaning::Char {
        return text_bits(value::octets(cell, record).unwrap_or_default());
    }
    let elements = cell.elements.unwrap_or(1).min(MAX_ELEMENTS);
    let mut bits = 0.0;
    for element in 0..elements {
        bits += element_bits(cell, record, before, element, counts);
    }
    bits
}

fn element_bits(
    cell: &Cell,
    record: &[u8],
    before: Option<&[u8]>,
    element: u64,
    counts: &mut Counts,
) -> f64 {
    let width = f64_of(cell.bit_size);
    let integer = value::integer(cell, record, element);
    match (&cell.meaning, integer) {
        (Meaning::Float(format), _) => {
            let begin = cell.bit_offset + element * cell.bit_stride;
            let octets = value::stretch(record, begin, begin + cell.bit_size).unwrap_or_default();
            float_bits(octets, *format, cell.order)
        }
        (Meaning::Complex(format), _) => {
            let begin = cell.bit_offset + element * cell.bit_stride;
            let octets = value::stretch(record, begin, begin + cell.bit_size).unwrap_or_default();
            let halves = octets.split_at_checked(octets.len() / 2);
            let (one, other) = halves.unwrap_or_default();
            float_bits(one, *format, cell.order) + float_bits(other, *format, cell.order)
        }
        (_, None) => width,
        (Meaning::Bool, Some(_)) => {
            counts.truths += 1;
            NAMED_BITS
        }
        (Meaning::Enum { names, .. }, Some(number)) if !names.is_empty() => {
            let all = names.iter().fold(0, |all, name| all | name.value);
            if names.iter().any(|name| name.value == number) {
                counts.enumerators += 1;
                NAMED_BITS
            } else if number & !all == 0 {
                // Nothing yet, or enumerators that are combined.
                COMBINED_BITS
            } else {
                width + NO_NAME_BITS
            }
        }
        (Meaning::Integer { is_time: true, .. }, Some(number)) if date::is_likely(number) => {
            counts.times += 1;
            TIME_BITS.min(since(cell, record, before, element, number))
        }
        (_, Some(number)) => since(cell, record, before, element, number).min(width + 1.0),
    }
}

/// What a number takes, or its difference from that of the record before.
fn since(cell: &Cell, record: &[u8], before: Option<&[u8]>, element: u64, number: i128) -> f64 {
    let by_itself = integer_bits(number).min(f64_of(cell.bit_size) + 1.0);
    let earlier = before.and_then(|before| value::integer(cell, before, element));
    let by_difference = earlier
        .and_then(|earlier| number.checked_sub(earlier))
        .map(|difference| 1.0 + integer_bits(difference));
    debug_assert_eq!(value::integer(cell, record, element), Some(number));
    by_difference.map_or(by_itself, |bits| bits.min(by_itself))
}

/// The significant bits, how many they are, and the sign.
fn integer_bits(number: i128) -> f64 {
    let significant = f64::from(128 - number.unsigned_abs().leading_zeros());
    1.0 + significant + 2.0 * (significant + 1.0).log2()
}

/// Those that count are short: few bits of fraction, a size that things have. Octets that do not count are padding.
fn float_bits(octets: &[u8], format: LongDoubleFormat, order: ByteOrder) -> f64 {
    let Some(float) = float::read(octets, format, order) else {
        return 8.0 * f64_of(octets.len() as u64);
    };
    let (counting, rest) = octets
        .split_at_checked(float::octets_that_count(format))
        .unwrap_or((octets, &[]));
    let width = 8.0 * f64_of(counting.len() as u64);
    let number = match float {
        float if float.fraction_bits == 0 && float.number == 0.0 => 2.0,
        float if float.is_usual => {
            let scale = f64::from(float.exponent.unsigned_abs() + 1).log2();
            let fraction = (1.5 * f64::from(float.fraction_bits)).min(width - 12.0);
            6.0 + 2.0 * scale + fraction
        }
        _ => width + 8.0,
    };
    let rest = rest.iter().map(|octet| match octet {
        0 => ZERO_PADDING_BITS,
        _ => OTHER_PADDING_BITS,
    });
    number + rest.sum::<f64>()
}

/// Letters and digits up to a zero, and zeros behind it.
fn text_bits(octets: &[u8]) -> f64 {
    let end = octets.iter().position(|octet| *octet == 0);
    let (text, rest) = octets
        .split_at_checked(end.unwrap_or(octets.len()))
        .unwrap_or_default();
    let text = text.iter().map(|octet| match octet {
        b' '..=b'~' => 5.0,
        0x80.. => 8.0,
        _ => 12.0,
    });
    let rest = rest.iter().map(|octet| if *octet == 0 { 0.2 } else { 9.0 });
    text.sum::<f64>() + rest.sum::<f64>() + 1.0
}

/// What a field is the length of, where its name says that it is a length: in every record the same thing.
fn length_of(
    cell: &Cell,
    records: &[(u64, &[u8])],
    around: &Surroundings,
) -> Option<(&'static str, u64)> {
    let name = cell
        .path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_length = ["len", "size", "bytes", "octets", "count", "total"]
        .iter()
        .any(|word| name.contains(word))
        || name.starts_with("n_")
        || name.starts_with("num");
    let is_integer = matches!(cell.meaning, Meaning::Integer { is_time: false, .. });
    if !is_length || !is_integer || cell.is_shared || cell.elements.is_some() {
        return None;
    }
    let (at, first) = records.first()?;
    let found = u64::try_from(value::integer(cell, first, 0)?).ok()?;
    let behind = |at: u64| around.octets.saturating_sub(at);
    let meanings: [(&'static str, u64); 6] = [
        ("the file", around.octets),
        ("the file behind the record", behind(at + around.size)),
        ("the file from the record on", behind(*at)),
        ("the record", around.size),
        ("the records together", around.size * around.records),
        ("the octets before the records", around.skip),
    ];
    // Of one octet, or none, everything is the length of something.
    let (of, length) = meanings
        .into_iter()
        .find(|(_, length)| *length == found && found > 8)?;
    let is_everywhere = records
        .iter()
        .all(|(_, record)| value::integer(cell, record, 0) == Some(i128::from(found)));
    is_everywhere.then_some((of, length))
}

#[expect(clippy::cast_precision_loss, reason = "bits are few")]
fn f64_of(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_take_less_than_large_ones() {
        let bits: Vec<_> = [0, 1, -1, 5, 256, 1 << 24, i128::from(u32::MAX)]
            .map(integer_bits)
            .into();
        assert!(bits.is_sorted(), "{bits:?}");
        assert_eq!((integer_bits(0), integer_bits(1)), (1.0, 4.0));
    }

    #[test]
    fn a_number_of_a_usual_size_takes_less_than_one_that_is_tiny() {
        let bits = |hex: &str, format| {
            let octets = kit::words::octets(hex).unwrap();
            float_bits(&octets, format, ByteOrder::Big)
        };
        // 1.1 as powerpc writes a long double; as s390x would read it, 0.00009765625.
        let octets = "3ff199999999999abc9999999999999a";
        let double_double = bits(octets, LongDoubleFormat::IbmDoubleDouble);
        assert!(double_double + 4.0 < bits(octets, LongDoubleFormat::IeeeQuad));
        let [one, tiny] = ["3ff0000000000000", "0010000000000000"];
        assert!(bits(one, LongDoubleFormat::IeeeDouble) < bits(tiny, LongDoubleFormat::IeeeDouble));
    }

    #[test]
    fn text_takes_less_than_anything_else_of_its_length() {
        assert!(text_bits(b"tty1\0\0\0\0") < text_bits(b"\0\0\0\0tty1"));
        assert!(text_bits(b"tty1\0\0\0\0") < text_bits(b"\x01\x02\x03\x04\0\0\0\0"));
    }
}
