//! Which virtual functions are pure: the source says it where debug information does not.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dwarf::Program;
use crate::types::{Record, Type, TypeId, VirtualFunction};

/// Puts it into the classes of a program. `pure` are those that may have a pure one; `None` where nobody read the source.
pub(super) fn put(program: &mut Program, pure: Option<&BTreeSet<TypeId>>) {
    let Some(pure) = pure else { return };
    let ids: Vec<TypeId> = program.observed.keys().copied().collect();
    for id in ids.into_iter().filter(|id| !pure.contains(id)) {
        let Some(Type::Record(record)) = program.types.get(id) else {
            continue;
        };
        let Some(functions) = &record.functions else {
            continue;
        };
        let mut functions = (**functions).clone();
        let is_pure = |one: VirtualFunction| match one.is_pure {
            Some(_) => one,
            None => one.pure(false),
        };
        functions.virtuals = functions.virtuals.into_iter().map(is_pure).collect();
        let record = Record {
            functions: Some(Arc::new(functions)),
            ..record.clone()
        };
        program.types.replace(id, Type::Record(record));
    }
}
