//! The order in which records can be read.

use std::collections::HashMap;

use super::innermost;
use crate::dwarf::Program;
use crate::types::{Type, TypeId};

/// The records in the order in which they can be read: those of a level contain only records of levels before.
pub(super) fn levels(program: &Program) -> Vec<Vec<TypeId>> {
    let mut height: HashMap<TypeId, usize> = HashMap::new();
    let mut levels: Vec<Vec<TypeId>> = Vec::new();
    // A reader adds what a record is made of before the record.
    for &id in program.observed.keys() {
        let Some(Type::Record(record)) = program.types.get(id) else {
            continue;
        };
        let below = record
            .members
            .iter()
            .filter_map(|member| height.get(&innermost(program, member.kind)));
        let level = below.max().map_or(0, |below| below + 1);
        height.insert(id, level);
        if levels.len() <= level {
            levels.resize(level + 1, Vec::new());
        }
        if let Some(level) = levels.get_mut(level) {
            level.push(id);
        }
    }
    levels
}
