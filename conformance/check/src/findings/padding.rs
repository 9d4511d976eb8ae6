//! Padding that is not the same everywhere, so that the same fields lie elsewhere.

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;

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
    let fields: Vec<_> = case.fields().collect();
    let values = case.values();
    // How much lies before each field, and at the end.
    let gaps: Vec<_> = case
        .known()
        .map(|(on, anatomy)| {
            let mut bits = vec![0_u64; anatomy.fields.len() + 1];
            for hole in &anatomy.holes {
                if let Some(bits) = bits.get_mut(hole.before) {
                    *bits += hole.bit_size;
                }
            }
            let keeps_units = super::bit_field_packing::keeps_units(on.abi);
            (on.machines.as_slice(), bits, keeps_units)
        })
        .collect();
    let mut all = Vec::new();
    for place in 0..=fields.len() {
        let field = fields.get(place).and_then(|on| Some(on.first()?.1));
        // Bit-fields have rules of their own, and so has what lies behind a unit of Microsoft's.
        if field.is_some_and(|field| field.is_bit_field) {
            continue;
        }
        let before_it = place.checked_sub(1).and_then(|place| fields.get(place));
        let is_behind = field.is_some()
            && before_it
                .and_then(|on| Some(on.first()?.1))
                .is_some_and(|before| before.is_bit_field);
        let before: Vec<_> = match values.get(place) {
            Some(value) => {
                let gaps = value.iter().filter_map(|(on, field)| {
                    let (machines, bits, keeps_units) = gaps.get(*on)?;
                    let counts = !(is_behind && *keeps_units);
                    counts.then_some((*bits.get(*field)?, *machines))
                });
                gaps.collect()
            }
            None => {
                let ends = gaps
                    .iter()
                    .filter_map(|(machines, bits, _)| Some((*bits.last()?, *machines)));
                ends.collect()
            }
        };
        let before = Groups::of(before);
        if !before.differ() {
            continue;
        }
        let place = if field.is_some() {
            "before it"
        } else {
            "at the end"
        };
        all.push(Found {
            cure: None,
            field: field.map(|field| field.path.clone()).unwrap_or_default(),
            message: format!(
                "padding {place}: {}",
                before.told(|bits| super::octets_or_bits(*bits))
            ),
            targets: before.minority(),
        });
    }
    all
}
