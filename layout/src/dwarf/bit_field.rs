//! Where a bit-field lies, however its entry says it.

use gimli::constants as c;

use super::entry::{self, Entry};
use crate::abi::ByteOrder;

/// The bit offset of a bit-field from the start of its record, as DWARF 5's `DW_AT_data_bit_offset` counts (5.7.6); `None` where the entry makes no sense.
///
/// `octets` is where the storage unit of the older form begins (`DW_AT_data_member_location`), `declared_size` how large the declared type is, in octets, and `bits` how wide the field is.
pub(super) fn bit_offset(
    entry: &Entry<'_>,
    octets: u64,
    declared_size: Option<u64>,
    bits: u32,
    order: ByteOrder,
) -> Option<u64> {
    let storage = i128::from(octets) * 8;
    let offset = if let Some(offset) = entry::number(entry, c::DW_AT_data_bit_offset) {
        storage + offset
    } else if let Some(from_the_top) = entry::number(entry, c::DW_AT_bit_offset) {
        // DWARF 3, 5.6.6: from the most significant bit of the storage unit to that of the field; negative where a packed field begins before its unit.
        // Which clang writes without a sign.
        let from_the_top = if from_the_top > i128::from(i64::MAX) {
            from_the_top - (1 << 64)
        } else {
            from_the_top
        };
        match order {
            ByteOrder::Big => storage + from_the_top,
            ByteOrder::Little => {
                let size = entry::unsigned(entry, c::DW_AT_byte_size).or(declared_size)?;
                storage + i128::from(size) * 8 - from_the_top - i128::from(bits)
            }
        }
    } else {
        // In a union every member begins at its start, and a compiler may say nothing at all.
        storage
    };
    u64::try_from(offset).ok()
}
