//! `scalar_storage_order` of an object's records, read where they are declared: of enumerations and bit-fields gcc writes no order into debug information.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use input::conditional::Texts;
use layout::abi::ByteOrder;
use layout::dwarf::Program;
use layout::fit::Alignments;
use layout::types::TypeId;

/// The word of the attribute and of the pragma: most files have none.
const WORD: &str = "scalar_storage_order";

/// The orders that the sources of a program's types say, of those sources that are here.
pub fn in_sources(program: &Program) -> BTreeMap<TypeId, ByteOrder> {
    let mut declared: BTreeMap<&Arc<str>, BTreeSet<TypeId>> = BTreeMap::new();
    for named in &program.named {
        for place in &named.declared {
            declared.entry(&place.file).or_default().insert(named.kind);
        }
    }
    let mut texts = Texts::default();
    let mut stored = BTreeMap::new();
    for (file, kinds) in declared {
        let lines = texts.lines(file);
        let Some(lines) = lines.filter(|lines| lines.iter().any(|line| line.contains(WORD))) else {
            continue;
        };
        let mut said = Alignments::default();
        said.read_source(program, &lines.join("\n"));
        // A record of the same name in another file is another.
        stored.extend(said.stored.into_iter().filter(|(id, _)| kinds.contains(id)));
    }
    stored
}
