//! What a file says of its own machine is shown there, be it known elsewhere or not: records that no reading agrees with, and those with something in them that nothing is known of.

use std::collections::BTreeMap;

use super::Own;
use crate::dwarf::Program;
use crate::layout::Layouts;
use crate::types::{Lies, LiesMember, Record, Role, Type, TypeId};

/// Puts them into the types of a program. `unread` are the records that no reading agrees with, as they were read.
pub(super) fn put(program: &mut Program, own: &[Own], unread: &BTreeMap<TypeId, Record>) {
    for (build, own) in own.iter().enumerate() {
        let layouts = Layouts::as_declared(&own.abi, &program.types);
        let of_build = |id: &TypeId| program.build_of(*id) == build;
        let unknown = |id: TypeId| match program.types.get(id) {
            Some(Type::Record(record)) if layouts.of(id).is_err() => Some((id, record.clone())),
            _ => Some((id, unread.get(&id)?.clone())),
        };
        let ids = program.observed.keys().copied().filter(of_build);
        let unknown: Vec<(TypeId, Record)> = ids.filter_map(unknown).collect();
        drop(layouts);
        // A reader adds what a record is made of before the record.
        for (id, record) in unknown {
            let record = with_sizes(program, own, id, record);
            if let Some(lies) = lies(program, own, id, &record) {
                program.types.put_lies(id, lies);
            }
        }
    }
}

/// A record whose pointers to members have the sizes that its file says: they depend on the class in Microsoft's compiler.
fn with_sizes(program: &mut Program, own: &Own, id: TypeId, mut record: Record) -> Record {
    let at = program.observed.get(&id).map(|of| of.members.clone());
    for (member, at) in record.members.iter_mut().zip(at.unwrap_or_default()) {
        let Some(kind @ Type::MemberPointer { .. }) = program.types.get(member.kind) else {
            continue;
        };
        let layouts = Layouts::as_declared(&own.abi, &program.types);
        let size = at.bit_size.map(|bits| bits / 8);
        if let (Err(_), Some(size)) = (layouts.of(member.kind), size) {
            let kind = kind.clone();
            drop(layouts);
            member.kind = program.types.add(kind);
            program.types.put_lies(member.kind, Lies::of_size(size));
        }
    }
    record
}

/// How a record lies; `None` where its file does not say all of it.
fn lies(program: &Program, own: &Own, id: TypeId, record: &Record) -> Option<Lies> {
    let observed = program.observed.get(&id)?;
    let layouts = Layouts::where_read(&own.abi, &program.types);
    let mut members = Vec::new();
    for (member, at) in record.members.iter().zip(&observed.members) {
        let layout = layouts.of(member.kind).ok()?;
        if at.is_computed || member.role == Role::VirtualBase {
            return None;
        }
        let bit_size = match (at.bit_size, layout.size.checked_mul(8)?) {
            // An array whose length is not said has none.
            (None, size) => size,
            (Some(size), _) => size,
        };
        if at.bit_offset.checked_add(bit_size)? > observed.size.checked_mul(8)? {
            return None;
        }
        members.push(LiesMember {
            name: member.name.clone(),
            kind: member.kind,
            bit_offset: at.bit_offset,
            bit_size,
            is_bit_field: member.bits.is_some(),
            role: member.role,
        });
    }
    Some(Lies {
        size: observed.size,
        align: observed.align,
        members,
    })
}
