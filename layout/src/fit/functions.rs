//! Which virtual functions are pure, and whether there is a constructor: the source says it where debug information does not.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::dwarf::Program;
use crate::types::{Record, Type, TypeId};

/// Puts it into the classes of a program: what debug information does not say of them is not so. `untold` are those that may have such functions; `None` where nobody read the source.
pub(super) fn put(program: &mut Program, untold: Option<&BTreeSet<TypeId>>) {
    let Some(untold) = untold else { return };
    let ids: Vec<TypeId> = program.observed.keys().copied().collect();
    for id in ids.into_iter().filter(|id| !untold.contains(id)) {
        let Some(Type::Record(record)) = program.types.get(id) else {
            continue;
        };
        let Some(functions) = &record.functions else {
            continue;
        };
        let mut functions = (**functions).clone();
        functions.has_structor.get_or_insert(false);
        for one in &mut functions.virtuals {
            one.is_pure.get_or_insert(false);
        }
        let record = Record {
            functions: Some(Arc::new(functions)),
            ..record.clone()
        };
        program.types.replace(id, Type::Record(record));
    }
}
