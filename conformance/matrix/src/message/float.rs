//! The number that a `long double` is, in any of its formats.

use layout::ByteOrder;
use layout::abi::LongDoubleFormat;

use super::order::least_first;

/// A number that two machines may write in formats of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Float {
    /// Zero, whatever its sign.
    Zero,
    /// A number, as exact as it was written.
    Finite {
        /// Whether it is below zero.
        is_negative: bool,
        /// Of its highest bit, to the base 2.
        exponent: i32,
        /// Its highest bit is the highest bit here.
        mantissa: u128,
    },
    /// Infinity, no number, one too small for its format, or the sum of two: as it is written.
    Other(Vec<u8>, LongDoubleFormat),
}

impl Float {
    /// The number in the octets of a machine with this format and byte order.
    pub fn read(octets: &[u8], format: LongDoubleFormat, order: ByteOrder) -> Float {
        let size = match format {
            // The larger one is the first in either byte order.
            LongDoubleFormat::IbmDoubleDouble => 8,
            _ => octets.len().max(1),
        };
        let pieces = octets.chunks(size);
        let octets = pieces.flat_map(|piece| least_first(piece, order));
        Float::of(octets.collect(), format)
    }

    /// Of octets, the least significant first. Of a pair of `double`s each lies so, the larger one first.
    fn of(octets: Vec<u8>, format: LongDoubleFormat) -> Float {
        let number = match format {
            LongDoubleFormat::IeeeSingle => implicit(&octets, 4, 8),
            LongDoubleFormat::IeeeDouble => implicit(&octets, 8, 11),
            LongDoubleFormat::IeeeQuad => implicit(&octets, 16, 15),
            LongDoubleFormat::X87Extended => explicit(&octets, 8),
            // 16 bits of padding lie between the exponent and the rest.
            LongDoubleFormat::M68kExtended => explicit(&octets, 10),
            LongDoubleFormat::IbmDoubleDouble => match octets.split_at_checked(8) {
                Some((first, rest)) if rest.iter().all(|octet| *octet == 0) => {
                    implicit(first, 8, 11)
                }
                _ => None,
            },
            _ => None,
        };
        number.unwrap_or(Float::Other(octets, format))
    }
}

fn unsigned(octets: &[u8]) -> u128 {
    let octets = octets.iter().rev();
    octets.fold(0, |value, octet| value << 8 | u128::from(*octet))
}

/// A format of IEEE 754 of so many octets, whose highest bit is not written.
fn implicit(octets: &[u8], size: usize, exponent_bits: u32) -> Option<Float> {
    let bits = unsigned(octets.get(..size)?) << (128 - 8 * size);
    let biased = bits << 1 >> (128 - exponent_bits);
    // Behind the sign and the exponent, with room for the highest bit.
    let fraction = bits << (1 + exponent_bits) >> 1;
    let largest = (1_u128 << exponent_bits) - 1;
    if biased == 0 && fraction == 0 {
        return Some(Float::Zero);
    }
    if biased == 0 || biased == largest {
        return None;
    }
    Some(Float::Finite {
        is_negative: bits >> 127 == 1,
        exponent: i32::try_from(biased).ok()? - i32::try_from(largest / 2).ok()?,
        mantissa: 1 << 127 | fraction,
    })
}

/// 64 bits, the highest of them written, and sign and exponent at an octet of their own.
fn explicit(octets: &[u8], exponent_at: usize) -> Option<Float> {
    let mantissa = unsigned(octets.get(..8)?) << 64;
    let above = unsigned(octets.get(exponent_at..exponent_at + 2)?);
    let biased = i32::try_from(above & 0x7fff).ok()?;
    if mantissa == 0 && biased == 0 {
        return Some(Float::Zero);
    }
    if mantissa >> 127 == 0 || biased == 0x7fff {
        return None;
    }
    Some(Float::Finite {
        is_negative: above >> 15 == 1,
        exponent: biased - 16383,
        mantissa,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use LongDoubleFormat::{
        IbmDoubleDouble, IeeeDouble, IeeeQuad, IeeeSingle, M68kExtended, X87Extended,
    };

    /// -1.5, as compilers of machines with each format write it.
    #[test]
    fn a_number_is_the_same_in_every_format() {
        let written: [(LongDoubleFormat, &[u8]); 6] = [
            (IeeeSingle, &[0, 0, 0xc0, 0xbf]),
            (IeeeDouble, &[0, 0, 0, 0, 0, 0, 0xf8, 0xbf]),
            (X87Extended, &[0, 0, 0, 0, 0, 0, 0, 0xc0, 0xff, 0xbf, 7, 7]),
            (M68kExtended, &[0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0xff, 0xbf]),
            (
                IbmDoubleDouble,
                &[0, 0, 0, 0, 0, 0, 0xf8, 0xbf, 0, 0, 0, 0, 0, 0, 0, 0],
            ),
            (
                IeeeQuad,
                &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0xbf],
            ),
        ];
        for (format, octets) in written {
            let expected = Float::Finite {
                is_negative: true,
                exponent: 0,
                mantissa: 3 << 126,
            };
            assert_eq!(Float::of(octets.to_vec(), format), expected, "{format}");
            assert_eq!(Float::of(vec![0; 16], format), Float::Zero);
            // Whatever the octets are, and however few.
            for len in 0..20 {
                let _ = Float::of(vec![0xff; len], format);
            }
        }
    }
}
