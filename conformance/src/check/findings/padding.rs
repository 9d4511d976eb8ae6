//! Padding that is not the same everywhere, so that the same fields lie elsewhere.

use super::groups::Groups;
use super::{Found, Rule};
use crate::check::Case;

pub(super) const RULE: Rule = Rule {
    code: "padding",
    title: "padding that differs between machines, and moves what follows",
    cure: "order the fields by size and make the gaps fields of their own, so that every offset is a multiple of the field's size",
    explain: "\
A compiler leaves gaps so that each field lies at a multiple of its alignment, and alignment is the ABI's choice: a 64-bit integer is aligned to 8 octets on most machines, to 4 on i386, to 2 on m68k. The same fields then lie at other offsets, even where all widths agree.

Order the fields by size, largest first, and write the gaps down as fields (`uint8_t reserved[7]`), so that every field lies at a multiple of its own size: then no compiler has a reason to add any. Or take `packed`, and read unaligned fields with memcpy. A static assertion on sizeof and offsetof keeps it so.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    let count = case.known().map(|(_, anatomy)| anatomy.fields.len()).max();
    // Before each field, and at the end.
    for place in 0..=count.unwrap_or(0) {
        let before = case.known().map(|(on, anatomy)| {
            let holes = anatomy.holes.iter().filter(|hole| hole.before == place);
            let bits: u64 = holes.map(|hole| hole.bit_size).sum();
            (bits, on.machines.as_slice())
        });
        let bit_field = case
            .fields()
            .nth(place)
            .is_some_and(|on| on.iter().any(|(_, field)| field.is_bit_field));
        let gaps = Groups::of(before);
        if !gaps.differ() || bit_field {
            continue;
        }
        let field = case
            .fields()
            .nth(place)
            .and_then(|on| Some(on.first()?.1.path.clone()));
        let place = if field.is_some() {
            "before it"
        } else {
            "at the end"
        };
        all.push(Found {
            field: field.unwrap_or_default(),
            message: format!(
                "padding {place}: {}",
                gaps.told(|bits| super::octets_or_bits(*bits))
            ),
            targets: gaps.minority(),
        });
    }
    all
}
