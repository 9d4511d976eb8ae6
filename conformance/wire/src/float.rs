//! Binary floating-point numbers of every format that C's `long double` has, read from octets.

use layout::abi::{ByteOrder, LongDoubleFormat};

/// A number that was read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Float {
    /// In the fewest digits that name it; of a format with more precision than a `double`, `~` before it where a `double` is only near to it.
    pub(crate) text: String,
    /// The nearest `double`; infinite where it is beyond all of them.
    pub(crate) number: f64,
    /// Whether programs that write such numbers write this one: it is finite, and neither denormal nor out of all proportion.
    pub(crate) is_usual: bool,
    /// How many bits of its fraction are needed: few, for what people write in decimal with few digits behind the point, or count.
    pub(crate) fraction_bits: u32,
    /// The power of two below which it lies: near to 0 for what people count and measure; 0 of zero.
    pub(crate) exponent: i32,
}

/// The parts of a number: (-1)^sign * mantissa * 2^exponent.
struct Parts {
    is_negative: bool,
    mantissa: u128,
    exponent: i32,
    special: Option<Special>,
}

#[derive(Clone, Copy, PartialEq)]
enum Special {
    Infinite,
    NotANumber,
    /// A number whose bits no processor writes so.
    Denormal,
}

/// How many octets of a format count; those behind or between are padding.
pub(crate) fn octets_that_count(format: LongDoubleFormat) -> usize {
    match format {
        LongDoubleFormat::IeeeSingle => 4,
        LongDoubleFormat::IeeeDouble => 8,
        LongDoubleFormat::X87Extended => 10,
        LongDoubleFormat::M68kExtended => 12,
        _ => 16,
    }
}

/// Reads a number; `None` where there are fewer octets than the format has.
pub(crate) fn read(octets: &[u8], format: LongDoubleFormat, order: ByteOrder) -> Option<Float> {
    let octets = octets.get(..octets_that_count(format))?;
    match format {
        LongDoubleFormat::IeeeSingle => {
            let bits = u32::try_from(number(octets, order)).ok()?;
            let float = f32::from_bits(bits);
            let parts = parts(bits.into(), 8, 23);
            Some(of(parts, format!("{float:?}")))
        }
        LongDoubleFormat::IeeeDouble => {
            let bits = u64::try_from(number(octets, order)).ok()?;
            let float = f64::from_bits(bits);
            let parts = parts(bits.into(), 11, 52);
            Some(of(parts, format!("{float:?}")))
        }
        LongDoubleFormat::IbmDoubleDouble => {
            let (high, low) = octets.split_at_checked(8)?;
            let high = read(high, LongDoubleFormat::IeeeDouble, order)?;
            let low = read(low, LongDoubleFormat::IeeeDouble, order)?;
            let is_exact = low.number == 0.0;
            // No more than half of the last place of the larger one.
            let is_small = low.number.abs() <= high.number.abs() * f64::EPSILON / 2.0;
            Some(Float {
                text: match is_exact {
                    true => high.text,
                    false => format!("~{:?}", high.number + low.number),
                },
                is_usual: high.is_usual && is_small,
                fraction_bits: high.fraction_bits + if is_exact { 0 } else { low.fraction_bits },
                ..high
            })
        }
        LongDoubleFormat::X87Extended => {
            let bits = number(octets, order);
            Some(near(extended(bits >> 64, bits)))
        }
        LongDoubleFormat::M68kExtended => {
            let bits = number(octets, order);
            Some(near(extended(bits >> 80, bits)))
        }
        _ => Some(near(parts(number(octets, order), 15, 112))),
    }
}

fn number(octets: &[u8], order: ByteOrder) -> u128 {
    let append = |number: u128, octet: &u8| number << 8 | u128::from(*octet);
    match order {
        ByteOrder::Big => octets.iter().fold(0, append),
        ByteOrder::Little => octets.iter().rev().fold(0, append),
    }
}

/// Of IEEE 754's interchange formats.
fn parts(bits: u128, exponent_bits: u32, fraction_bits: u32) -> Parts {
    let fraction = bits & ((1 << fraction_bits) - 1);
    let greatest = (1_u128 << exponent_bits) - 1;
    let biased = bits >> fraction_bits & greatest;
    let special = match (biased, fraction) {
        (_, 0) if biased == greatest => Some(Special::Infinite),
        _ if biased == greatest => Some(Special::NotANumber),
        (0, 1..) => Some(Special::Denormal),
        _ => None,
    };
    let bias = i32::try_from(greatest / 2).unwrap_or(i32::MAX);
    let biased = i32::try_from(biased).unwrap_or(i32::MAX);
    Parts {
        is_negative: bits >> (exponent_bits + fraction_bits) & 1 == 1,
        mantissa: if biased == 0 {
            fraction
        } else {
            fraction | 1 << fraction_bits
        },
        exponent: biased.max(1) - bias - i32::try_from(fraction_bits).unwrap_or(0),
        special,
    }
}

/// Of the x87 and the 68881: the leading bit is written.
fn extended(head: u128, mantissa: u128) -> Parts {
    let mantissa = mantissa & u128::from(u64::MAX);
    let biased = i32::try_from(head & 0x7fff).unwrap_or(0);
    let is_normal = mantissa >> 63 == 1;
    let special = match (biased, mantissa & (u128::from(u64::MAX) >> 1)) {
        (0x7fff, 0) => Some(Special::Infinite),
        (0x7fff, _) => Some(Special::NotANumber),
        _ if !is_normal && (biased, mantissa) != (0, 0) => Some(Special::Denormal),
        _ => None,
    };
    Parts {
        is_negative: head >> 15 & 1 == 1,
        mantissa,
        exponent: biased.max(1) - 16_383 - 63,
        special,
    }
}

fn of(parts: Parts, text: String) -> Float {
    let zeros = parts.mantissa.trailing_zeros();
    let significant = (128 - parts.mantissa.leading_zeros()).saturating_sub(zeros);
    let top = parts.exponent + 128 - i32::try_from(parts.mantissa.leading_zeros()).unwrap_or(0);
    let is_proportionate = parts.mantissa == 0 || (-70..70).contains(&top);
    Float {
        text,
        number: near_number(&parts),
        is_usual: parts.special.is_none() && is_proportionate,
        fraction_bits: if parts.mantissa == 0 { 0 } else { significant },
        exponent: if parts.mantissa == 0 { 0 } else { top },
    }
}

/// As a `double` that is near.
fn near(parts: Parts) -> Float {
    let number = near_number(&parts);
    let zeros = parts.mantissa.trailing_zeros().min(127);
    let significant = (128 - parts.mantissa.leading_zeros()).saturating_sub(zeros);
    let text = match parts.special {
        Some(Special::Infinite | Special::NotANumber) => format!("{number:?}"),
        _ if !number.is_finite() || (number == 0.0 && parts.mantissa != 0) => {
            // As C's %a would have it, but with a whole number before the `p`.
            let sign = if parts.is_negative { "-" } else { "" };
            let (whole, exponent) = (parts.mantissa >> zeros, i64::from(parts.exponent));
            format!("{sign}{whole:#x}p{:+}", exponent + i64::from(zeros))
        }
        _ if significant <= f64::MANTISSA_DIGITS => format!("{number:?}"),
        _ => format!("~{number:?}"),
    };
    of(parts, text)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the nearest double is what is wanted"
)]
fn near_number(parts: &Parts) -> f64 {
    let sign = if parts.is_negative { -1.0 } else { 1.0 };
    match parts.special {
        Some(Special::Infinite) => sign * f64::INFINITY,
        Some(Special::NotANumber) => f64::NAN,
        _ => {
            // In two steps: the factor alone may be beyond all doubles.
            let half = parts.exponent / 2;
            let number = parts.mantissa as f64 * 2_f64.powi(half);
            sign * number * 2_f64.powi(parts.exponent - half)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use LongDoubleFormat::*;

    fn text(hex: &str, format: LongDoubleFormat, order: ByteOrder) -> String {
        let octets = kit::words::octets(hex).unwrap();
        read(&octets, format, order).unwrap().text
    }

    /// Each is what a program of such a machine wrote for this number: gcc's `long double x = 1.1L`, `-2.5L`, `LDBL_MAX`.
    #[test]
    fn every_format_of_a_long_double_is_read() {
        let (big, little) = (ByteOrder::Big, ByteOrder::Little);
        for (hex, format, order, expected) in [
            ("cdcc8c3f", IeeeSingle, little, "1.1"),
            ("c004000000000000", IeeeDouble, big, "-2.5"),
            ("00000000000000a000c00000", X87Extended, little, "-2.5"),
            ("cdcccccccccccc8cff3f0000", X87Extended, little, "~1.1"),
            (
                "ffffffffffffffffFE7f0000",
                X87Extended,
                little,
                "0xffffffffffffffffp+16320",
            ),
            ("c0000000a000000000000000", M68kExtended, big, "-2.5"),
            ("c0004000000000000000000000000000", IeeeQuad, big, "-2.5"),
            (
                "c0040000000000000000000000000000",
                IbmDoubleDouble,
                big,
                "-2.5",
            ),
            (
                "3ff199999999999abc9999999999999a",
                IbmDoubleDouble,
                big,
                "~1.1",
            ),
            ("7ff0000000000000", IeeeDouble, big, "inf"),
            ("7fff8000000000000000000000000000", IeeeQuad, big, "NaN"),
        ] {
            assert_eq!(text(hex, format, order), expected, "{hex}");
        }
    }

    #[test]
    fn numbers_that_no_program_writes_are_not_usual() {
        let usual = |number: f64| {
            let octets = number.to_be_bytes();
            read(&octets, IeeeDouble, ByteOrder::Big).unwrap().is_usual
        };
        assert!(usual(0.0) && usual(1.5) && usual(-1e9) && usual(1e-12));
        assert!(!usual(f64::NAN) && !usual(5e-324) && !usual(1e300));
    }
}
