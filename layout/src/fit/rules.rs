//! Whether two ABIs place bit-fields alike, whatever their types are.

use crate::abi::{Abi, Scalar};

/// The integer types that a bit-field can have.
const INTEGERS: [Scalar; 8] = [
    Scalar::Bool,
    Scalar::Char,
    Scalar::Short,
    Scalar::Int,
    Scalar::Long,
    Scalar::LongLong,
    Scalar::Wchar,
    Scalar::Enum,
];

/// Whether a record of bit-fields, and of whatever else takes the same room on both, lies alike on two ABIs.
pub(super) fn alike(one: &Abi, other: &Abi) -> bool {
    let extents = |abi: &Abi| {
        let integers = INTEGERS.map(|scalar| (abi.size(scalar), abi.align(scalar)));
        (integers, abi.int128())
    };
    one.bit_field_packing() == other.bit_field_packing()
        && one.empty_bit_field_align() == other.empty_bit_field_align()
        && one.record_align_at_least() == other.record_align_at_least()
        && one.compiler() == other.compiler()
        && extents(one) == extents(other)
}
