//! Where a file mentions some names: a unit without any of them need not be read for types that are asked for by name.

use std::collections::BTreeSet;

use gimli::AttributeValue;
use memchr::memmem::{self, Finder};

use super::sections::{Octets, Sections};
use crate::abi::ByteOrder;

/// Some names, and how units mention them.
pub(super) struct Mentions {
    /// With the octet that ends a string.
    names: Vec<Vec<u8>>,
    /// Where they are in `.debug_str`.
    strings: BTreeSet<usize>,
    /// What stands for one of them in `.debug_info`: itself, or its place in `.debug_str`.
    needles: Vec<Finder<'static>>,
}

/// A file with less is read as fast as it is searched.
pub(super) const WORTH_IT: usize = 1 << 20;
/// A name that ends more strings than these is looked for in no other way than by reading.
const MAX_STRINGS: usize = 16;

impl Mentions {
    /// Those of names without their namespaces, in the units of a file; `None` where it is not worth it, or where strings have numbers of another table.
    pub(super) fn of(names: &[String], sections: &Sections<'_>, order: ByteOrder) -> Option<Self> {
        let is_plain = sections.str_offsets.is_empty() && !sections.is_package();
        if !is_plain || sections.info.len() < WORTH_IT {
            return None;
        }
        Mentions::by(names, &sections.str, order)
    }

    /// The same by the strings of a file. `None` without names, and where one ends too many strings.
    pub(super) fn by(names: &[String], str: &[u8], order: ByteOrder) -> Option<Self> {
        if names.is_empty() {
            return None;
        }
        let ended = |name: &String| [name.as_bytes(), &[0]].concat();
        let names: Vec<Vec<u8>> = names.iter().map(ended).collect();
        let mut strings = BTreeSet::new();
        for name in &names {
            // A linker makes one string of two where one ends as the other.
            strings.extend(memmem::find_iter(str, name).take(MAX_STRINGS + 1));
        }
        if strings.len() > MAX_STRINGS {
            return None;
        }
        let mut needles: Vec<_> = names.iter().map(|name| finder(name)).collect();
        for &string in &strings {
            // Of eight octets, in 64-bit DWARF, these are four.
            let string = u32::try_from(string).ok()?;
            needles.push(finder(&match order {
                ByteOrder::Big => string.to_be_bytes(),
                ByteOrder::Little => string.to_le_bytes(),
            }));
        }
        Some(Mentions {
            names,
            strings,
            needles,
        })
    }

    /// Whether there may be one in a unit.
    pub(super) fn may_be_in(&self, unit: &[u8]) -> bool {
        let mut needles = self.needles.iter();
        needles.any(|needle| needle.find(unit).is_some())
    }

    /// Where the last one in a unit begins, from its start.
    pub(super) fn last_in(&self, unit: &[u8]) -> Option<usize> {
        let needles = self.needles.iter();
        needles
            .filter_map(|needle| needle.find_iter(unit).last())
            .max()
    }

    /// Whether a name may be one of them.
    pub(super) fn may_be(&self, name: &AttributeValue<Octets<'_>>) -> bool {
        match name {
            AttributeValue::DebugStrRef(offset) => self.strings.contains(&offset.0),
            AttributeValue::String(name) => {
                let is = |of: &Vec<u8>| of.strip_suffix(&[0]) == Some(name.slice());
                self.names.iter().any(is)
            }
            _ => true,
        }
    }
}

fn finder(needle: &[u8]) -> Finder<'static> {
    Finder::new(needle).into_owned()
}
