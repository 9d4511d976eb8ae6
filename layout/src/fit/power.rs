//! What `-malign-power` moves: GCC for 64-bit PowerPC aligns a `double` to 4 in a record then, but for some that come first, and the record sometimes to 8 (config/rs6000/linux64.h, `ADJUST_FIELD_ALIGN` and `ROUND_TYPE_ALIGN`).

use std::collections::BTreeSet;

use super::{Own, innermost, record};
use crate::abi::{Scalar, Switch};
use crate::dwarf::Program;
use crate::types::{Type, TypeId};

/// The records of a build that may be moved by it, which may be packed as well for all that the file tells.
pub(super) fn moved(program: &Program, build: usize, own: &Own) -> BTreeSet<TypeId> {
    let mut moved = BTreeSet::new();
    let is_moved = own.switches.contains(&Switch::AlignPower(true));
    if !is_moved || !own.abi.name().starts_with("powerpc64") {
        return moved;
    }
    // What a reader adds of a record's parts comes before the record.
    for &id in program.observed.keys() {
        let record = record(program, id).filter(|_| program.build_of(id) == build);
        let mut members = record.iter().flat_map(|(record, _)| &record.members);
        let has_any = members.any(|member| {
            let of = innermost(program, member.kind);
            let is_double = program.types.get(of) == Some(&Type::Scalar(Scalar::Double));
            is_double || moved.contains(&of)
        });
        if has_any {
            moved.insert(id);
        }
    }
    moved
}
