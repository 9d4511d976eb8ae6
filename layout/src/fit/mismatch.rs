//! What a layout and an observation of the same record disagree about.

use crate::dwarf::Observed;
use crate::layout::Layout;
use crate::types::{Record, Role};

/// The first thing in which the layout of a record is not what was observed. Bit-fields without a name are not observed, nor virtual bases.
pub(super) fn mismatch(
    layout: &Layout<'_>,
    record: &Record,
    observed: &Observed,
    align: Option<u64>,
) -> Option<String> {
    let declared = record
        .members
        .iter()
        .filter(|member| member.role != Role::VirtualBase);
    let members = layout
        .members
        .iter()
        .zip(declared)
        .filter(|(member, _)| !(member.is_bit_field && member.name.is_none()));
    let observed_members = observed.members.iter().filter(|found| !found.is_computed);
    for ((member, declared), found) in members.zip(observed_members) {
        // Of a member without an address of its own others may use a part.
        let same_size = found.bit_size.is_none_or(|size| {
            size == member.bit_size || declared.no_unique_address && size > member.bit_size
        });
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
