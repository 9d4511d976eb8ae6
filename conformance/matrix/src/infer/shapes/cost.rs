//! How unlikely a struct is for what is in it: the likelier, the smaller.

/// A number.
pub(super) const NUMBER: usize = 4;
/// The first of some octets in a row, and each that follows.
pub(super) const OCTET: usize = 3;
pub(super) const NEXT_OCTET: usize = 1;
/// What is read with the sign of a `char`.
pub(super) const CHAR: usize = 4;
pub(super) const LONG_DOUBLE: usize = 5;
/// Some bit-fields, and each of them.
pub(super) const BITS: usize = 10;
pub(super) const BIT_FIELD: usize = 1;
/// A bit-field that lies as a number would, and bit-fields that fill a number which would have the same values everywhere.
pub(super) const LIKE_A_NUMBER: usize = 12;
/// A number that is zero in every message, where padding may be.
pub(super) const ZERO: usize = 3;
/// A number that is converted to little-endian octets: few do.
pub(super) const LITTLE: usize = 4;
/// A number whose octets are in another order than those of the numbers before it.
pub(super) const MIXED: usize = 3;
/// A number a little below 2^32, where one of 32 bits would be a little below zero.
pub(super) const LIKE_A_NEGATIVE: usize = 8;
/// Padding, which a wider member may be instead.
pub(super) const GAP: usize = 3;
/// Octets behind the last member.
pub(super) const REST: usize = 3;

/// What bit-fields of these widths cost; `None` where each could as well be a number.
pub(super) fn of_bit_fields(widths: &[u32]) -> Option<usize> {
    let (mut at, mut numbers, mut fields) = (0, 0, 0);
    for width in widths {
        match width {
            8 | 16 | 32 if at % width == 0 => numbers += 1,
            _ => fields += 1,
        }
        at += width;
    }
    (fields > 0).then_some(fields * BIT_FIELD + numbers * LIKE_A_NUMBER)
}
