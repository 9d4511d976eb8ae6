//! Values of several octets, which some machines write from the other end.

use layout::abi::Scalar;
use layout::types::Type;

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "byte-order",
    title: "a value of several octets, in the machine's own byte order",
    cure: "convert at the border (htonl, htobe64, ...), or declare the order in the type (__be32, zerocopy's big_endian::U32)",
    explain: "\
A number of several octets lies in memory with its most significant octet first on big-endian machines, and last on little-endian ones. A struct that is sent, stored or mapped as it lies carries the writer's order, and nothing in it says which: 1 becomes 16777216 on the other side.

Choose an order, write it down, and convert where the octets leave and enter: htonl and ntohl, htobe64 and be64toh, or types that know their order (the kernel's __be32, Rust's zerocopy::big_endian::U32). Network protocols use big-endian; many newer formats little-endian, which costs most of today's machines nothing.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        // What lies in one octet has no order; a pointer or a bit-field is worse than that.
        let ordered = on.iter().filter(|(_, field)| {
            let pointer = matches!(
                field.kind,
                Type::Scalar(Scalar::Pointer) | Type::VtablePointer | Type::MemberPointer { .. }
            );
            field.bit_size > 8 && !pointer && !field.is_bit_field
        });
        let orders =
            Groups::of(ordered.map(|(on, _)| (on.abi.byte_order(), on.machines.as_slice())));
        if let Some((_, field)) = on.first().filter(|_| orders.differ()) {
            all.push(Found {
                field: field.path.clone(),
                message: orders.told(|order| format!("{order}-endian")),
                targets: orders.minority(),
            });
        }
    }
    all
}
