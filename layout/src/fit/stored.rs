//! Records that the source stores in an order of octets of its own: `scalar_storage_order`.

use std::collections::BTreeMap;

use crate::abi::{ByteOrder, Scalar};
use crate::dwarf::Program;
use crate::types::{Record, Type, TypeId};

/// Puts the order into the types of their members: numbers and enumerations have it, pointers and single octets have not, and what is a record has its own.
pub(super) fn put(program: &mut Program, stored: &BTreeMap<TypeId, ByteOrder>) {
    for (&id, &order) in stored {
        let Some(Type::Record(record)) = program.types.get(id) else {
            continue;
        };
        let mut record: Record = record.clone();
        if record.members.iter().any(|member| member.bits.is_some()) {
            let tag = program.tags.get(&id).map_or("", |tag| &**tag);
            let what = format!(
                "`{tag}`, whose bit-fields have a storage order of their own: it decides from which end they are filled, too"
            );
            program.types.replace(id, Type::Opaque { what });
            continue;
        }
        for member in &mut record.members {
            member.kind = ordered(program, member.kind, order);
        }
        program.types.replace(id, Type::Record(record));
    }
}

/// A type in this order, through arrays and typedefs that align.
fn ordered(program: &mut Program, id: TypeId, order: ByteOrder) -> TypeId {
    let kind = match program.types.get(id) {
        Some(&Type::Array { element, count }) => {
            let element = ordered(program, element, order);
            Type::Array { element, count }
        }
        Some(&Type::Aligned { of, align }) => {
            let of = ordered(program, of, order);
            Type::Aligned { of, align }
        }
        Some(&Type::Ordered { of, octets, .. }) => Type::Ordered { of, order, octets },
        Some(Type::Scalar(Scalar::Pointer | Scalar::Char | Scalar::Int8)) => return id,
        Some(
            Type::Scalar(_)
            | Type::Typedef(_)
            | Type::Either { .. }
            | Type::Int128
            | Type::Float128
            | Type::Complex(_)
            | Type::Enum(_),
        ) => Type::Ordered {
            of: id,
            order,
            octets: None,
        },
        _ => return id,
    };
    program.types.add(kind)
}
