//! A value in octets that travelled, and whether it is the same as another machine reads it.

use layout::ByteOrder;

use super::fields::{Field, FieldKind, Fields};
use super::float::Float;
use super::order::least_first;

/// A value, as one machine finds it in octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of so many bits, at most 128.
    Number {
        /// The bits above them are zero.
        value: u128,
        /// How many.
        bits: usize,
    },
    /// A plain `char`.
    Char(u8),
    /// A `long double`.
    LongDouble(Float),
}

/// Reads a value. `order` is that of the octets of a number; `None` where the octets end before it.
pub fn read(fields: &Fields, field: &Field, octets: &[u8], order: ByteOrder) -> Option<Value> {
    if field.kind == FieldKind::Bits {
        return bit_field(fields, field, octets);
    }
    let first = field.bit_offset / 8;
    let octets = octets.get(first..first + field.bits / 8)?;
    match field.kind {
        FieldKind::Char => octets.first().map(|octet| Value::Char(*octet)),
        FieldKind::LongDouble => {
            let number = Float::read(octets, fields.long_double, order);
            Some(Value::LongDouble(number))
        }
        FieldKind::Number | FieldKind::Bits => {
            if octets.len() > 16 {
                return None;
            }
            let octets = least_first(octets, order).into_iter().rev();
            let append = |value: u128, octet: u8| value << 8 | u128::from(octet);
            Some(Value::Number {
                value: octets.fold(0, append),
                bits: field.bits,
            })
        }
    }
}

/// Bits are numbered from the end of an octet that is filled first; the first bit is the least significant one there, and the most significant one where fields are filled from the top.
fn bit_field(fields: &Fields, field: &Field, octets: &[u8]) -> Option<Value> {
    let mut value: u128 = 0;
    for place in 0..field.bits.min(128) {
        let at = match fields.low_first {
            true => field.bit_offset + field.bits - 1 - place,
            false => field.bit_offset + place,
        };
        let octet = octets.get(at / 8)?;
        let shift = match fields.low_first {
            true => at % 8,
            false => 7 - at % 8,
        };
        value = value << 1 | u128::from(octet >> shift & 1);
    }
    Some(Value::Number {
        value,
        bits: field.bits,
    })
}

impl Value {
    /// Whether the two are the same number, widened as a signed or as an unsigned one: what it was declared to be does not show in a layout.
    pub fn is(&self, other: &Value) -> bool {
        match (self, other) {
            (
                Value::Number { value, bits },
                Value::Number {
                    value: others,
                    bits: other_bits,
                },
            ) => value == others || signed(*value, *bits) == signed(*others, *other_bits),
            (Value::Char(one), Value::Char(other)) => one == other,
            (Value::LongDouble(one), Value::LongDouble(other)) => one == other,
            _ => false,
        }
    }

    /// The same, where one of the two may have lost what did not fit.
    pub fn is_cut_of(&self, other: &Value) -> bool {
        let low = |value: u128, bits: usize| match bits {
            128.. => value,
            _ => value & ((1 << bits) - 1),
        };
        match (self, other) {
            (
                Value::Number { value, bits },
                Value::Number {
                    value: others,
                    bits: other_bits,
                },
            ) => {
                let bits = *bits.min(other_bits);
                low(*value, bits) == low(*others, bits)
            }
            _ => self.is(other),
        }
    }

    /// In bits, of a number; 0 of anything else.
    pub fn width(&self) -> usize {
        match self {
            Value::Number { bits, .. } => *bits,
            _ => 0,
        }
    }
}

fn signed(value: u128, bits: usize) -> i128 {
    let unused = u32::try_from(128 - bits.clamp(1, 128)).unwrap_or_default();
    // The bits of an unsigned number, taken for those of a signed one.
    (value << unused).cast_signed() >> unused
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::MessageType;
    use layout::abi::Scalar;
    use layout::{Abis, Types};

    fn number(value: u128, bits: usize) -> Value {
        Value::Number { value, bits }
    }

    #[test]
    fn a_number_is_the_same_in_another_width_if_it_fits() {
        for (one, other, same) in [
            (number(7, 32), number(7, 64), true),
            (number(0xffff_ffff, 32), number(u64::MAX.into(), 64), true),
            (number(0xffff_ffff, 32), number(0xffff_ffff, 64), true),
            (number(7, 32), number(7 << 32, 64), false),
            (Value::Char(200), Value::Char(200), true),
            (Value::Char(200), number(200, 8), false),
        ] {
            assert_eq!(one.is(&other), same, "{one:?} {other:?}");
            assert_eq!(other.is(&one), same, "{other:?} {one:?}");
        }
        assert!(number(705_032_704, 32).is_cut_of(&number(5_000_000_000, 64)));
    }

    /// The octets are those that gcc writes: `{1, 2, 0x1234}` on both machines.
    #[test]
    fn bit_fields_are_read_from_the_end_that_is_filled_first() {
        let mut types = Types::new();
        let id = types
            .structure()
            .bits("a", Scalar::Int, 3)
            .bits("b", Scalar::Int, 5)
            .bits("c", Scalar::Int, 16)
            .add();
        let message = MessageType {
            name: "struct".to_owned(),
            types,
            id,
        };
        for (abi, octets) in [
            ("x86_64-sysv", [0x11, 0x34, 0x12, 0]),
            ("s390x-elf", [0x22, 0x12, 0x34, 0]),
        ] {
            let abi = Abis::builtin().get(abi).unwrap();
            let fields = Fields::of(&message, abi).unwrap();
            let values = fields
                .all
                .iter()
                .map(|field| read(&fields, field, &octets, fields.byte_order).unwrap());
            let values: Vec<_> = values.collect();
            assert_eq!(
                values,
                [number(1, 3), number(2, 5), number(0x1234, 16)],
                "{}",
                abi.name()
            );
        }
    }
}
