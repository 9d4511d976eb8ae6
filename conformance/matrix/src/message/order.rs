//! The order of octets.

use layout::ByteOrder;

/// The octets of a number, the least significant first.
pub(super) fn least_first(octets: &[u8], order: ByteOrder) -> Vec<u8> {
    match order {
        ByteOrder::Little => octets.to_vec(),
        ByteOrder::Big => octets.iter().rev().copied().collect(),
    }
}
