//! Bit-fields that begin elsewhere by another rule.

use super::groups::Groups;
use super::{Found, Rule};
use crate::check::Case;

pub(super) const RULE: Rule = Rule {
    code: "bit-field-packing",
    title: "a bit-field that begins elsewhere on some machines",
    cure: "an integer of fixed width, with shifts and masks",
    explain: "\
ABIs do not agree about when a bit-field begins a new unit: most let it lie across no boundary of its declared type, m68k lets it lie anywhere, Microsoft's compilers begin a new unit whenever the declared type has another size, and Arm lets unnamed fields align the record. The same declaration then has other offsets even where byte order and widths agree.

Use an integer of fixed width, and shifts and masks to take it apart.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        let bits = on.iter().filter(|(_, field)| field.is_bit_field);
        let places = Groups::of(bits.map(|(on, field)| (field.bit_offset, on.machines.as_slice())));
        if let Some((_, field)) = on.first().filter(|_| places.differ()) {
            all.push(Found {
                field: field.path.clone(),
                message: places.told(|bit| format!("at bit {bit}")),
                targets: places.minority(),
            });
        }
    }
    all
}
