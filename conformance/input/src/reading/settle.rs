//! Names of the C library, as a reading of a machine's own headers has them.

use layout::Abi;
use layout::abi::Scalar;
use layout::dwarf::Program;
use layout::types::{Type, TypeId};

/// Takes a name of the C library by its declaration where the file was compiled, and that is not what the table says of the ABI: the headers are the machine's own, and a compiler that has 64 bits of time says so.
pub(super) fn by_declaration(program: &mut Program, abi: &Abi) {
    let mut changed: Vec<(TypeId, Type)> = Vec::new();
    for (id, observed) in &program.observed {
        let Some(Type::Record(record)) = program.types.get(*id) else {
            continue;
        };
        for (member, place) in record.members.iter().zip(&observed.members) {
            let (id, bits) = match (program.types.get(member.kind), member.bits) {
                (
                    Some(Type::Array {
                        element,
                        count: layout::types::Count::Fixed(count),
                    }),
                    None,
                ) => (
                    *element,
                    place.bit_size.and_then(|bits| bits.checked_div(*count)),
                ),
                (_, None) => (member.kind, place.bit_size),
                _ => continue,
            };
            let name = match program.types.get(id) {
                Some(Type::Typedef(name)) => name,
                Some(Type::Either { declared, .. }) => {
                    let declared = program.types.get(*declared);
                    changed.extend(declared.map(|kind| (id, kind.clone())));
                    continue;
                }
                _ => continue,
            };
            let table = abi.typedef(*name).map(|scalar| abi.size(scalar));
            let (Some(bits), octets) = (bits, table.and_then(|octets| u64::try_from(octets).ok()))
            else {
                continue;
            };
            if octets != bits.checked_div(8) {
                changed.extend(integer(bits, abi).map(|scalar| (id, Type::Scalar(scalar))));
            }
        }
    }
    for (id, kind) in changed {
        program.types.replace(id, kind);
    }
}

/// The integer of so many bits.
fn integer(bits: u64, abi: &Abi) -> Option<Scalar> {
    [Scalar::Int8, Scalar::Int16, Scalar::Int32, Scalar::Int64]
        .into_iter()
        .find(|scalar| u64::try_from(abi.size(*scalar) * 8) == Ok(bits))
}
