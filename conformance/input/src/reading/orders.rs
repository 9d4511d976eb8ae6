//! `scalar_storage_order` in a text: what it does to numbers is read from the text, and the text is compiled without it.
//!
//! gcc leaves the typedefs of such numbers out of debug information: a `uint64_t` is then an `unsigned long`, which is narrower elsewhere. Compiled without the attribute every number has its name. Which records have it the text says, and the debug information of the text as it stands bears witness.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use layout::abi::{ByteOrder, Scalar};
use layout::dwarf::Program;
use layout::types::{Type, TypeId};

/// The attribute's name, and the pragma's.
const NAME: &str = "scalar_storage_order";

/// The text without it; `None` where it is not there. Lines and columns stay what they are.
pub(super) fn without(text: &str) -> Option<String> {
    text.contains(NAME).then(|| {
        let lines = text.lines().map(|line| match line.starts_with('#') {
            true if line.contains(NAME) => String::new(),
            true => line.to_owned(),
            false => without_attribute(line),
        });
        lines.flat_map(|line| [line, "\n".to_owned()]).collect()
    })
}

/// A line without the attribute; the commas around it may stay.
fn without_attribute(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, found)) = rest.find(NAME).and_then(|at| rest.split_at_checked(at)) {
        // `__scalar_storage_order__` is the same.
        let before = before.strip_suffix("__").unwrap_or(before);
        plain.push_str(before);
        let end = found.find(')').map_or(found.len(), |at| at + 1);
        let (gone, behind) = found.split_at_checked(end).unwrap_or((found, ""));
        let gap = rest.len() - before.len() - found.len() + gone.len();
        plain.extend(std::iter::repeat_n(' ', gap));
        rest = behind;
    }
    plain + rest
}

/// The records of a program whose numbers have an order of their own that is not the machine's, by their tags, as its debug information has them. Only gcc writes that.
pub(super) struct Marks {
    of: BTreeMap<Arc<str>, ByteOrder>,
    /// The records that were taken apart: of the others it is not seen whether they have one.
    seen: BTreeSet<Arc<str>>,
    /// Whether a record without a tag has such a number: nobody can say of which it is.
    has_nameless: bool,
    own: ByteOrder,
}

impl Marks {
    /// Those of a program; `None` where its compiler writes none.
    pub(super) fn of(program: &Program) -> Option<Marks> {
        let mut producers = program.producers.iter();
        if !producers.any(|producer| producer.starts_with("GNU ")) {
            return None;
        }
        let mut marks = Marks {
            of: BTreeMap::new(),
            seen: BTreeSet::new(),
            has_nameless: false,
            own: program.machine.byte_order,
        };
        for (id, tag) in &program.tags {
            if let Some(Type::Record(_)) = program.types.get(*id) {
                marks.seen.insert(Arc::clone(tag));
            }
        }
        for &id in program.observed.keys() {
            let tag = program.tags.get(&id);
            let order = members(program, id).find_map(|kind| match kind {
                Type::Ordered {
                    order,
                    octets: Some(_),
                    ..
                } => Some(*order),
                _ => None,
            });
            match (order, tag) {
                (None, _) => {}
                (Some(_), None) => marks.has_nameless = true,
                (Some(order), Some(tag)) => {
                    marks.of.insert(Arc::clone(tag), order);
                }
            }
        }
        Some(marks)
    }

    /// Makes of the orders that a text says of a program's records those that they have: what debug information shows, and what the text alone says where it could show nothing. `None` where it shows one of a record that is not in the program.
    pub(super) fn borne_out(
        &self,
        program: &Program,
        said: &BTreeMap<TypeId, ByteOrder>,
    ) -> Option<BTreeMap<TypeId, ByteOrder>> {
        if self.has_nameless {
            return None;
        }
        let mut stored = BTreeMap::new();
        let mut found = BTreeSet::new();
        for (&id, tag) in &program.tags {
            let shown = self.of.get(tag).copied();
            if shown.is_some() {
                found.insert(tag);
            }
            let alone = said.get(&id).copied().filter(|order| {
                *order == self.own
                    || !self.seen.contains(tag)
                    || !members(program, id).any(is_marked)
            });
            stored.extend(shown.or(alone).map(|order| (id, order)));
        }
        (found.len() == self.of.len()).then_some(stored)
    }
}

/// Whether gcc marks a member of this type in such a record.
fn is_marked(kind: &Type) -> bool {
    match kind {
        // One octet has no order.
        Type::Scalar(scalar) => !matches!(
            scalar,
            Scalar::Pointer | Scalar::Char | Scalar::Int8 | Scalar::Bool
        ),
        Type::Typedef(_) | Type::Either { .. } | Type::Untraced { .. } | Type::Ordered { .. } => {
            true
        }
        _ => false,
    }
}

/// The types of a record's members that are no bit-fields: of arrays their elements'.
fn members(program: &Program, id: TypeId) -> impl Iterator<Item = &Type> {
    let members = match program.types.get(id) {
        Some(Type::Record(record)) => record.members.as_slice(),
        _ => &[],
    };
    let numbers = members.iter().filter(|member| member.bits.is_none());
    numbers.filter_map(|member| {
        let mut kind = program.types.get(member.kind)?;
        while let Type::Array { element: of, .. } | Type::Aligned { of, .. } = kind {
            kind = program.types.get(*of)?;
        }
        Some(kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_without_the_attribute_has_its_lines_and_columns() {
        for (text, plain) in [
            (
                "struct __attribute__((scalar_storage_order(\"big-endian\"), packed)) a { int b; };\n",
                "struct __attribute__((                                  , packed)) a { int b; };\n",
            ),
            (
                "x\n#pragma scalar_storage_order big-endian\nstruct a { int b; };\n",
                "x\n\nstruct a { int b; };\n",
            ),
            (
                "} __attribute__((__scalar_storage_order__ (\"little-endian\")));\n",
                "} __attribute__((                                          ));\n",
            ),
        ] {
            assert_eq!(without(text).as_deref(), Some(plain));
        }
        assert_eq!(without("struct a { int b; };\n"), None);
    }
}
