//! Models of two programs with planted bugs: what each pair of them would observe, on any two machines.
//!
//! They share the layout of a struct with the code under test and nothing else: values are placed into octets, and read, here.

use layout::abi::{BitFieldOrder, LongDoubleFormat, Scalar, Typedef};
use layout::types::{Enum, Type};
use layout::{Abi, ByteOrder, Layout, Placed, TypeId, Types, lay_out};

use crate::cause::Cause;
use crate::counterfactual::without;
use crate::expectation::Ends;

/// A bug of the two programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Bug {
    /// An `int32_t` in the machine's own byte order.
    ByteOrder,
    /// A `long`, converted to big-endian in its own width.
    Width,
    /// An `int64_t` behind an octet, converted.
    Padding,
    /// Bit-fields.
    BitFieldOrder,
    /// A plain `char` that is printed as a number.
    CharSign,
    /// An enumeration, in as many octets as it has.
    EnumWidth,
    /// A `time_t`, converted in its own width.
    TimeT,
    /// A `long double` as it is.
    LongDouble,
    /// A string, which the client sends with its end, and the server takes without.
    StringEnd,
    /// A `long` in the machine's own byte order: not of the ten.
    OwnLong,
    /// A length in the machine's own `size_t` and byte order, and as many octets.
    LengthPrefix,
}

pub(super) const BUGS: [Bug; 10] = [
    Bug::ByteOrder,
    Bug::Width,
    Bug::Padding,
    Bug::BitFieldOrder,
    Bug::CharSign,
    Bug::EnumWidth,
    Bug::TimeT,
    Bug::LongDouble,
    Bug::StringEnd,
    Bug::LengthPrefix,
];

/// A member of the message, and what is put into it.
struct Part {
    name: &'static str,
    is_big: bool,
    /// One for each vector.
    values: [i64; VECTORS],
    reads: Reads,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Signed,
    Unsigned,
    Char,
    LongDouble,
}

/// Two programs with these bugs.
pub(super) struct Program {
    bugs: Vec<Bug>,
    /// What it is, for people.
    pub(super) name: String,
    pub(super) types: Types,
    pub(super) message: TypeId,
    parts: Vec<Part>,
}

pub(super) const VECTORS: usize = 3;

/// What one exchange comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Exchange {
    pub(super) sent: Vec<u8>,
    pub(super) received: Vec<u8>,
    pub(super) right: bool,
}

impl Program {
    pub(super) fn with(bugs: &[Bug]) -> Program {
        let mut types = Types::new();
        let short_enum = types.add(Type::Enum(Enum::new(0, 9)));
        let mut parts = Vec::new();
        let mut record = types.structure();
        let mut part = |name, is_big, values, reads| {
            parts.push(Part {
                name,
                is_big,
                values,
                reads,
            });
        };
        for bug in bugs {
            record = match bug {
                Bug::ByteOrder => {
                    part("order", false, [7, 0x0102_0304, -5], Reads::Signed);
                    record.field("order", Scalar::Int32)
                }
                Bug::Width => {
                    part("width", true, [1000, 0x0a0b_0c0d, -3], Reads::Signed);
                    record.field("width", Scalar::Long)
                }
                Bug::OwnLong => {
                    part("own", false, [7, 0x0102_0304, -5], Reads::Signed);
                    record.field("own", Scalar::Long)
                }
                Bug::Padding => {
                    part("before", true, [1, 2, 3], Reads::Unsigned);
                    part(
                        "padded",
                        true,
                        [0x0102_0304_0506_0708, 77, 9],
                        Reads::Signed,
                    );
                    record
                        .field("before", Scalar::Int8)
                        .field("padded", Scalar::Int64)
                }
                Bug::BitFieldOrder => {
                    part("low", true, [1, 5, 2], Reads::Unsigned);
                    part("high", true, [2, 9, 17], Reads::Unsigned);
                    record
                        .bits("low", Scalar::Char, 3)
                        .bits("high", Scalar::Char, 5)
                }
                Bug::CharSign => {
                    part("sign", true, [65, 200, 130], Reads::Char);
                    record.field("sign", Scalar::Char)
                }
                Bug::EnumWidth => {
                    part("kind", true, [1, 2, 9], Reads::Unsigned);
                    record.field("kind", short_enum)
                }
                Bug::TimeT => {
                    part("time", true, [1_700_000_000, 86_400, 1], Reads::Signed);
                    record.field("time", Typedef::Time)
                }
                Bug::LongDouble => {
                    part("ratio", false, [1, 2, 3], Reads::LongDouble);
                    record.field("ratio", Scalar::LongDouble)
                }
                // What it is in the message does not matter: every server misreads it.
                Bug::StringEnd => record,
                Bug::LengthPrefix => {
                    part("length", false, [4, 300, 70_000], Reads::Unsigned);
                    record.field("length", Typedef::Size)
                }
            };
        }
        let message = record.add();
        Program {
            bugs: bugs.to_vec(),
            name: format!("{bugs:?}"),
            types,
            message,
            parts,
        }
    }

    /// Two programs that exchange a struct of one to four members that somebody thought of: `below` is a number by chance, less than that.
    pub(super) fn by_chance(below: &mut impl FnMut(u64) -> u64) -> Program {
        const NAMES: [&str; 4] = ["first", "second", "third", "fourth"];
        let mut types = Types::new();
        let enumeration = types.add(Type::Enum(Enum::new(0, 9)));
        let (mut parts, mut words) = (Vec::new(), Vec::new());
        let mut record = types.structure();
        // Programs convert all numbers, or none, or forget some.
        let convert = below(3);
        for name in &NAMES[..1 + below(4) as usize] {
            let is_big = match convert {
                0 => false,
                1 => true,
                _ => below(2) == 0,
            };
            let bits = [3, 7, 15, 31, 40][below(5) as usize];
            let mut values = [0; VECTORS].map(|_| below(1 << bits) as i64);
            let mut reads = Reads::Unsigned;
            let what = match below(10) {
                0 => "int16_t",
                1 => "int32_t",
                2 => "int64_t",
                3 => "long",
                4 => "size_t",
                5 => "time_t",
                6 => "char",
                7 => "enum",
                8 => "long double",
                _ => "bits",
            };
            let mask = |values: &mut [i64; VECTORS], bits: u32| {
                for value in values {
                    *value &= (1 << bits) - 1;
                }
            };
            record = match what {
                "int16_t" => {
                    mask(&mut values, 15);
                    record.field(name, Scalar::Int16)
                }
                "int32_t" => {
                    mask(&mut values, 31);
                    record.field(name, Scalar::Int32)
                }
                "int64_t" => record.field(name, Scalar::Int64),
                // What no machine cuts: a client that sends another number is not what is asked about.
                "long" => {
                    mask(&mut values, 31);
                    record.field(name, Scalar::Long)
                }
                "size_t" => {
                    mask(&mut values, 31);
                    record.field(name, Typedef::Size)
                }
                "time_t" => {
                    mask(&mut values, 31);
                    record.field(name, Typedef::Time)
                }
                "char" => {
                    mask(&mut values, 8);
                    reads = Reads::Char;
                    record.field(name, Scalar::Char)
                }
                "enum" => {
                    values = values.map(|value| value % 10);
                    record.field(name, enumeration)
                }
                "long double" => {
                    values = values.map(|value| 1 + value % 3);
                    reads = Reads::LongDouble;
                    record.field(name, Scalar::LongDouble)
                }
                _ => {
                    mask(&mut values, 5);
                    record.bits(name, Scalar::Int8, 5)
                }
            };
            words.push(format!("{what}{}", if is_big { " (big)" } else { "" }));
            parts.push(Part {
                name,
                is_big,
                values,
                reads,
            });
        }
        let message = record.add();
        Program {
            bugs: Vec::new(),
            name: words.join("; "),
            types,
            message,
            parts,
        }
    }

    fn layout<'a>(&'a self, abi: &'a Abi) -> Layout<'a> {
        lay_out(abi, &self.types, self.message).unwrap()
    }

    /// The octets that the client writes.
    fn written(&self, vector: usize, client: &Abi) -> Vec<u8> {
        let layout = self.layout(client);
        let mut octets = vec![0; layout.size as usize];
        for part in &self.parts {
            let place = layout.member(part.name).unwrap();
            let value = part.values[vector];
            match part.reads {
                Reads::LongDouble => {
                    let written =
                        long_double(value, client.long_double_format(), client.byte_order());
                    let first = place.offset().unwrap() as usize;
                    octets[first..first + written.len()].copy_from_slice(&written);
                }
                _ => put(place, client, part.is_big, value, &mut octets),
            }
        }
        if self.bugs.contains(&Bug::StringEnd) {
            octets.extend(b"on\0");
        }
        octets
    }

    /// What the server answers, whose `long double` has this format.
    fn answer(
        &self,
        octets: &[u8],
        server: &Abi,
        format: LongDoubleFormat,
        is_sign_mended: bool,
    ) -> Option<String> {
        let layout = self.layout(server);
        let octets = octets.get(..layout.size as usize)?;
        let words = self.parts.iter().map(|part| {
            let place = layout.member(part.name).unwrap();
            if part.reads == Reads::LongDouble {
                let first = place.offset().unwrap() as usize;
                let found = [1, 2, 3].into_iter().find(|value| {
                    let written = long_double(*value, format, server.byte_order());
                    octets.get(first..first + written.len()) == Some(&written)
                });
                return found.map_or("nan".to_owned(), |value| value.to_string());
            }
            let value = get(place, server, part.is_big, octets);
            let bits = place.bit_size as u32;
            let is_signed = match part.reads {
                Reads::Signed => true,
                Reads::Char => server.char_signed() && !is_sign_mended,
                _ => false,
            };
            let value = match is_signed {
                true => i128::from((value << (64 - bits)).cast_signed() >> (64 - bits)),
                false => i128::from(value),
            };
            value.to_string()
        });
        Some(words.collect::<Vec<_>>().join(" "))
    }

    fn promised(&self, vector: usize) -> String {
        let words = self
            .parts
            .iter()
            .map(|part| part.values[vector].to_string());
        words.collect::<Vec<_>>().join(" ")
    }

    /// What these two observe.
    pub(super) fn exchange(&self, vector: usize, ends: Ends<'_>) -> Exchange {
        self.exchange_without(&[], vector, ends)
    }

    fn exchange_without(&self, mended: &[Cause], vector: usize, ends: Ends<'_>) -> Exchange {
        let sent = self.written(vector, ends.client);
        let server = without(mended, ends);
        // Widths alone do not change the format.
        let format = match mended.contains(&Cause::LongDouble) {
            true => ends.client.long_double_format(),
            false => ends.server.long_double_format(),
        };
        let answer = self.answer(&sent, &server, format, mended.contains(&Cause::CharSign));
        let right =
            answer.as_ref() == Some(&self.promised(vector)) && !self.bugs.contains(&Bug::StringEnd);
        Exchange {
            sent,
            received: answer.unwrap_or_default().into_bytes(),
            right,
        }
    }

    /// The smallest sets of differences without which every exchange of a cell is right; one empty set where it is.
    pub(super) fn truth(&self, ends: Ends<'_>) -> Vec<Vec<Cause>> {
        const CAUSES: [Cause; 6] = [
            Cause::ByteOrder,
            Cause::Width,
            Cause::Padding,
            Cause::CharSign,
            Cause::BitFieldOrder,
            Cause::LongDouble,
        ];
        let mut sets: Vec<Vec<Cause>> = (0_u32..64)
            .map(|bits| {
                (0..6)
                    .filter(|at| bits >> at & 1 == 1)
                    .map(|at| CAUSES[at])
                    .collect()
            })
            .collect();
        sets.sort_by_key(Vec::len);
        let mut found: Vec<Vec<Cause>> = Vec::new();
        for set in sets {
            if found.first().is_some_and(|first| first.len() < set.len()) {
                break;
            }
            if (0..VECTORS).all(|vector| self.exchange_without(&set, vector, ends).right) {
                found.push(set);
            }
        }
        found
    }
}

/// 1, 2 or 3 as a `long double`, without padding behind it.
fn long_double(value: i64, format: LongDoubleFormat, order: ByteOrder) -> Vec<u8> {
    let (exponent, half) = match value {
        1 => (0_u16, false),
        2 => (1, false),
        _ => (1, true),
    };
    let double = ((1023 + u64::from(exponent)) << 52 | u64::from(half) << 51).to_be_bytes();
    let extended = (16383 + exponent).to_be_bytes();
    let explicit = (1_u64 << 63 | u64::from(half) << 62).to_be_bytes();
    let mut octets = match format {
        LongDoubleFormat::IeeeDouble => double.to_vec(),
        LongDoubleFormat::X87Extended => [&extended[..], &explicit].concat(),
        LongDoubleFormat::M68kExtended => [&extended[..], &[0, 0], &explicit].concat(),
        LongDoubleFormat::IeeeQuad => {
            let fraction = (u64::from(half) << 63).to_be_bytes();
            [&extended[..], &fraction, &[0; 6]].concat()
        }
        LongDoubleFormat::IbmDoubleDouble => {
            let mut first = double.to_vec();
            if order == ByteOrder::Little {
                first.reverse();
            }
            // The smaller one is 0.
            return [&first[..], &[0; 8]].concat();
        }
        _ => panic!("no machine of the suite has {format}"),
    };
    if order == ByteOrder::Little {
        octets.reverse();
    }
    octets
}

/// The places of the bits of a value, the least significant first: an octet, and a bit in it.
fn places(place: &Placed<'_>, abi: &Abi, is_big: bool) -> Vec<(usize, usize)> {
    let (first, bits) = (place.bit_offset as usize, place.bit_size as usize);
    if place.is_bit_field {
        return match abi.bit_field_order() {
            BitFieldOrder::LowFirst => (first..first + bits).map(|at| (at / 8, at % 8)).collect(),
            BitFieldOrder::HighFirst => (first..first + bits)
                .rev()
                .map(|at| (at / 8, 7 - at % 8))
                .collect(),
        };
    }
    let is_big = is_big || abi.byte_order() == ByteOrder::Big;
    let octet = |at: usize| match is_big {
        true => (first + bits) / 8 - 1 - at,
        false => first / 8 + at,
    };
    (0..bits).map(|at| (octet(at / 8), at % 8)).collect()
}

fn put(place: &Placed<'_>, abi: &Abi, is_big: bool, value: i64, octets: &mut [u8]) {
    for (at, (octet, bit)) in places(place, abi, is_big).into_iter().enumerate() {
        octets[octet] |= u8::from(value >> at & 1 == 1) << bit;
    }
}

fn get(place: &Placed<'_>, abi: &Abi, is_big: bool, octets: &[u8]) -> u64 {
    let places = places(place, abi, is_big).into_iter().enumerate();
    places.fold(0, |value, (at, (octet, bit))| {
        value | u64::from(octets[octet] >> bit & 1) << at
    })
}
