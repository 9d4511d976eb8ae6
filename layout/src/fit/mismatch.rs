//! What a layout and an observation of the same record disagree about.

use crate::dwarf::Observed;
use crate::layout::Layout;

/// The first thing in which a layout is not what was observed. Bit-fields without a name are not observed.
pub(super) fn mismatch(
    layout: &Layout<'_>,
    observed: &Observed,
    align: Option<u64>,
) -> Option<String> {
    let members = layout
        .members
        .iter()
        .filter(|member| !(member.is_bit_field && member.name.is_none()));
    for (member, found) in members.zip(&observed.members) {
        let same_size = found.bit_size.is_none_or(|size| size == member.bit_size);
        if member.bit_offset != found.bit_offset || !same_size {
            let size = found.bit_size.unwrap_or(member.bit_size);
            return Some(format!(
                "found `{}` at bit {} with {size} bits, expected it at bit {} with {}",
                member.name.unwrap_or("an unnamed member"),
                found.bit_offset,
                member.bit_offset,
                member.bit_size
            ));
        }
    }
    if layout.size != observed.size {
        let (found, expected) = (observed.size, layout.size);
        return Some(format!("found {found} octets, expected {expected}"));
    }
    let found = align.filter(|&align| align != layout.align)?;
    Some(format!(
        "found an alignment of {found}, expected {}",
        layout.align
    ))
}
