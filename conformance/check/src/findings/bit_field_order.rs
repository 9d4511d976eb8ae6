//! Bit-fields, which some machines fill from the other end.

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;
use crate::islands::{Place, place};

pub(super) const RULE: Rule = Rule {
    code: "bit-field-order",
    title: "a bit-field, which big-endian machines fill from the other end",
    cure: "an integer of fixed width, with shifts and masks",
    explain: "\
C leaves to the ABI from which end an octet is filled with bit-fields: little-endian machines begin at the least significant bit, big-endian ones at the most significant. Swapping the octets afterwards does not mend it. Headers that list the fields twice under #ifdef __BYTE_ORDER__ (struct iphdr) rely on more than the order of bytes.

Use an integer of fixed width, and shifts and masks to take it apart.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        let bits = on.iter().filter(|(_, field)| field.is_bit_field);
        // One that fills its octets in the same order as an integer would is moved by the byte order alone, but is moved.
        let orders =
            Groups::of(bits.map(|(on, _)| (on.abi.bit_field_order(), on.machines.as_slice())));
        let filled = on
            .iter()
            .all(|(_, field)| field.bit_size == 8 && field.bit_offset % 8 == 0);
        // A declaration that lists them from the other end where they are filled from it puts them into the same bits.
        let mut places = on.iter().map(|(on, field)| place(on.abi, field));
        let first = places.next();
        let same =
            matches!(first, Some(Place::Bits(..))) && places.all(|place| Some(place) == first);
        if let Some((_, field)) = on.first().filter(|_| orders.differ() && !filled && !same) {
            all.push(Found {
                cure: None,
                field: field.path.clone(),
                message: orders.told(|order| match order {
                    layout::abi::BitFieldOrder::LowFirst => "from the least significant bit",
                    layout::abi::BitFieldOrder::HighFirst => "from the most significant bit",
                }),
                targets: orders.minority(),
            });
        }
    }
    all
}
