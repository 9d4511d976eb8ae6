//! Orders of octets that a declaration names.

use crate::abi::ByteOrder;

/// The order that the name of a typedef promises for an integer of so many octets: `__be32`, `__le16`, `ovs_be64`, `be32_t`. Compilers know nothing of it; sparse and people do.
pub(super) fn of_name(name: &str, octets: u64) -> Option<ByteOrder> {
    let name = name.strip_suffix("_t").unwrap_or(name);
    let name = name.rsplit('_').next()?;
    let digits = name.find(|letter: char| letter.is_ascii_digit())?;
    let (order, bits) = name.split_at_checked(digits)?;
    let order = match order.trim_start_matches('u') {
        "be" => ByteOrder::Big,
        "le" => ByteOrder::Little,
        _ => return None,
    };
    let bits: u64 = bits.parse().ok()?;
    (bits > 8 && bits == octets.checked_mul(8)?).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_promises_an_order_where_it_says_the_width_that_the_type_has() {
        for (name, octets, order) in [
            ("__be32", 4, Some(ByteOrder::Big)),
            ("__le16", 2, Some(ByteOrder::Little)),
            ("ovs_be64", 8, Some(ByteOrder::Big)),
            ("rte_le32_t", 4, Some(ByteOrder::Little)),
            ("be32", 4, Some(ByteOrder::Big)),
            ("__be32", 8, None),
            ("__be8", 1, None),
            ("probe32", 4, None),
            ("uint32_t", 4, None),
            ("table16", 2, None),
        ] {
            assert_eq!(of_name(name, octets), order, "{name}");
        }
    }
}
