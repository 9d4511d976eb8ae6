//! Integers as octets, in a byte order that is a value: the order of the machine that runs this is never asked.
//!
//! Sizes are in octets and are 1, 2, 4 or 8; integers are two's complement, as on every ABI of the table.

use crate::abi::ByteOrder;

/// Writes `value` into the first `size` octets of `into`, and leaves the others as they are.
///
/// # Errors
///
/// When `size` is not 1, 2, 4 or 8, when `into` is shorter than `size`, and when `value` does not fit: see
/// [`cut_integer`] for what a machine does to a value that is too wide.
pub fn place_integer(
    value: i64,
    size: usize,
    order: ByteOrder,
    into: &mut [u8],
) -> Result<(), OctetsError> {
    if cut_integer(value, size)? != value {
        return Err(OctetsError::DoesNotFit { value, size });
    }
    let found = into.len();
    let place = into
        .get_mut(..size)
        .ok_or(OctetsError::TooShort { size, found })?;
    let least_significant_first = value.to_le_bytes();
    match order {
        ByteOrder::Little => place
            .iter_mut()
            .zip(least_significant_first)
            .for_each(|(to, from)| *to = from),
        ByteOrder::Big => place
            .iter_mut()
            .rev()
            .zip(least_significant_first)
            .for_each(|(to, from)| *to = from),
    }
    Ok(())
}

/// Reads all of `octets` as one signed integer.
///
/// # Errors
///
/// When there are not 1, 2, 4 or 8 octets.
pub fn read_integer(octets: &[u8], order: ByteOrder) -> Result<i64, OctetsError> {
    let size = octets.len();
    let append = |value: i64, octet: &u8| (value << 8) | i64::from(*octet);
    let unextended = match order {
        ByteOrder::Big => octets.iter().fold(0, append),
        ByteOrder::Little => octets.iter().rev().fold(0, append),
    };
    cut_integer(unextended, size)
}

/// What is left of `value` in a signed integer of `size` octets: its low bits, sign-extended.
///
/// # Errors
///
/// When `size` is not 1, 2, 4 or 8.
pub fn cut_integer(value: i64, size: usize) -> Result<i64, OctetsError> {
    let unused_bits = match size {
        1 => 56,
        2 => 48,
        4 => 32,
        8 => 0,
        _ => return Err(OctetsError::Size { found: size }),
    };
    Ok((value << unused_bits) >> unused_bits)
}

/// Why octets and an integer did not go together. Always the caller's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OctetsError {
    /// No integer has this size.
    #[error("an integer of {found} octets: expected 1, 2, 4 or 8")]
    Size {
        /// In octets.
        found: usize,
    },
    /// There is less room than the integer takes.
    #[error("an integer of {size} octets in {found}: expected at least {size}")]
    TooShort {
        /// Of the integer, in octets.
        size: usize,
        /// The room there is, in octets.
        found: usize,
    },
    /// The integer has more significant bits than there is room for.
    #[error("{value} does not fit {size} octets")]
    DoesNotFit {
        /// The integer.
        value: i64,
        /// In octets.
        size: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use quickcheck::quickcheck;

    const BOTH: [ByteOrder; 2] = [ByteOrder::Big, ByteOrder::Little];

    #[test]
    fn an_integer_lies_most_significant_octet_first_when_big() {
        let mut octets = [0xee; 5];
        place_integer(0x0102_0304, 4, ByteOrder::Big, &mut octets).unwrap();
        assert_eq!(
            octets,
            [1, 2, 3, 4, 0xee],
            "octets after the integer are not touched"
        );
    }

    #[test]
    fn an_integer_lies_least_significant_octet_first_when_little() {
        let mut octets = [0xee; 5];
        place_integer(-2, 4, ByteOrder::Little, &mut octets).unwrap();
        assert_eq!(octets, [0xfe, 0xff, 0xff, 0xff, 0xee]);
    }

    #[test]
    fn the_first_bit_is_the_sign() {
        assert_eq!(read_integer(&[0xff, 0x7f], ByteOrder::Big), Ok(-129));
        assert_eq!(read_integer(&[0xff, 0x7f], ByteOrder::Little), Ok(0x7fff));
        assert_eq!(read_integer(&[0x80], ByteOrder::Little), Ok(-128));
        assert_eq!(
            read_integer(&[0x80, 0, 0, 0, 0, 0, 0, 0], ByteOrder::Big),
            Ok(i64::MIN)
        );
    }

    #[test]
    fn other_sizes_too_little_room_and_too_wide_values_are_refused() {
        let mut octets = [0; 16];
        for size in [0, 3, 9, 16] {
            let refusal = OctetsError::Size { found: size };
            assert_eq!(
                place_integer(0, size, ByteOrder::Big, &mut octets),
                Err(refusal.clone())
            );
            assert_eq!(read_integer(&octets[..size], ByteOrder::Big), Err(refusal));
        }
        let short = OctetsError::TooShort { size: 4, found: 3 };
        assert_eq!(
            place_integer(0, 4, ByteOrder::Big, &mut octets[..3]),
            Err(short)
        );
        let wide = OctetsError::DoesNotFit {
            value: 1 << 31,
            size: 4,
        };
        assert_eq!(
            place_integer(1 << 31, 4, ByteOrder::Big, &mut octets),
            Err(wide)
        );
        assert_eq!(
            octets, [0; 16],
            "nothing is written when anything is refused"
        );
    }

    #[test]
    fn an_integer_is_cut_to_its_low_bits() {
        assert_eq!(cut_integer(1 << 31, 4), Ok(-(1 << 31)));
        assert_eq!(cut_integer(0x1_0000_0003, 4), Ok(3));
        assert_eq!(cut_integer(i64::MIN, 8), Ok(i64::MIN));
    }

    quickcheck! {
        fn what_is_placed_is_read_back(value: i64) -> bool {
            [1, 2, 4, 8].iter().all(|&size| {
                let cut = cut_integer(value, size).unwrap();
                BOTH.iter().all(|&order| {
                    let mut octets = vec![0; size];
                    place_integer(cut, size, order, &mut octets).unwrap();
                    read_integer(&octets, order) == Ok(cut)
                })
            })
        }

        fn one_order_backwards_is_the_other(value: i64) -> bool {
            let mut octets = [0; 8];
            place_integer(value, 8, ByteOrder::Big, &mut octets).unwrap();
            octets.reverse();
            read_integer(&octets, ByteOrder::Little) == Ok(value)
        }
    }
}
