//! Bit-fields that begin elsewhere by another rule.

use layout::Abi;
use layout::abi::BitFieldPacking;

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;
use crate::anatomy::Field;
use crate::case::On;
use crate::islands::{Place, place};

pub(super) const RULE: Rule = Rule {
    code: "bit-field-packing",
    title: "a bit-field that begins elsewhere on some machines",
    cure: "an integer of fixed width, with shifts and masks",
    explain: "\
ABIs do not agree about when a bit-field begins a new unit: most let it lie across no boundary of its declared type, m68k lets it lie anywhere, Microsoft's compilers begin a new unit whenever the declared type has another size, and Arm lets unnamed fields align the record. The same declaration then has other offsets even where byte order and widths agree.

Use an integer of fixed width, and shifts and masks to take it apart.",
    find,
};

/// Where a run of bit-fields takes whole units of their declared type.
const UNITS: &str = "one declared type for all bit-fields in a row, as narrow as holds them (uint8_t, uint16_t); or an integer of fixed width, with shifts and masks";

/// Whether a bit-field keeps a whole unit of its declared type, however few bits it has.
pub(crate) fn keeps_units(abi: &Abi) -> bool {
    matches!(
        abi.bit_field_packing(),
        BitFieldPacking::Microsoft | BitFieldPacking::Msvc | BitFieldPacking::Rx
    )
}

/// A field behind bit-fields, where these keep more room on some machines.
fn behind(before: &[(&On<'_>, &Field)], on: &[(&On<'_>, &Field)]) -> Option<Found> {
    let gap = |of: &On<'_>, field: &Field| {
        let (_, before) = before
            .iter()
            .find(|(before, _)| std::ptr::eq(*before, of))?;
        let end = before.bit_offset + before.bit_size;
        let is_behind = before.is_bit_field && !field.is_bit_field;
        is_behind.then(|| field.bit_offset.saturating_sub(end))
    };
    let gaps = on
        .iter()
        .filter_map(|(of, field)| Some((gap(of, field)?, *of)));
    let gaps: Vec<_> = gaps.collect();
    let elsewhere = |bits: u64| {
        let mut others = gaps.iter().filter(|(_, on)| !keeps_units(on.abi));
        others.clone().next().is_none() || others.any(|(gap, _)| *gap == bits)
    };
    let differs = gaps
        .iter()
        .any(|(gap, on)| keeps_units(on.abi) && !elsewhere(*gap));
    let (_, field) = on.first()?;
    let gaps = gaps.iter().map(|(gap, on)| (*gap, on.machines.as_slice()));
    let gaps = Groups::of(gaps);
    differs.then(|| Found {
        field: field.path.clone(),
        message: gaps
            .told(|bits| format!("{} after the last bit-field", super::octets_or_bits(*bits))),
        targets: gaps.minority(),
        cure: Some(UNITS),
    })
}

fn find(case: &Case<'_>) -> Vec<Found> {
    let fields: Vec<_> = case.fields().collect();
    let mut all = Vec::new();
    for pair in fields.windows(2) {
        let [before, on] = pair else { continue };
        all.extend(behind(before, on));
        // Counted from the bit-field before it: where the first one begins is a matter of padding.
        // In another declaration another field may come before it.
        let steps = on.iter().filter_map(|(on, field)| {
            let (_, before) = before
                .iter()
                .find(|(before, _)| std::ptr::eq(*before, *on))?;
            Some(((on, before), (on, field)))
        });
        let steps =
            steps.filter(|((_, before), (_, field))| before.is_bit_field && field.is_bit_field);
        let steps = Groups::of(steps.map(|((_, before), (on, field))| {
            (
                field.bit_offset.saturating_sub(before.bit_offset),
                on.machines.as_slice(),
            )
        }));
        // Another declaration may list them from the other end, and put them into the same bits.
        let mut places = on.iter().map(|(on, field)| place(on.abi, field));
        let first = places.next();
        let same =
            matches!(first, Some(Place::Bits(..))) && places.all(|place| Some(place) == first);
        if let Some((_, field)) = on.first().filter(|_| steps.differ() && !same) {
            all.push(Found {
                cure: None,
                field: field.path.clone(),
                message: steps.told(|bits| format!("{bits} bits after the one before")),
                targets: steps.minority(),
            });
        }
    }
    all
}
