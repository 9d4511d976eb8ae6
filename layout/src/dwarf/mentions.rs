//! Where a file mentions some names: a unit without any of them need not be read for types that are asked for by name.

use std::collections::BTreeSet;
use std::ops::Range;

use gimli::AttributeValue;
use memchr::memmem;

use super::sections::{Octets, Sections};
use crate::abi::ByteOrder;

/// The mentions of some names in the units of a file.
pub(super) struct Mentions {
    /// With the octet that ends a string.
    names: Vec<Vec<u8>>,
    /// Where they are in `.debug_str`.
    strings: BTreeSet<usize>,
    /// Where they may be mentioned in `.debug_info`. Sorted.
    places: Vec<usize>,
}

/// A file with less is read as fast as it is searched.
const WORTH_IT: usize = 1 << 20;
/// A name that ends more strings than these is looked for in no other way than by reading.
const MAX_STRINGS: usize = 16;

impl Mentions {
    /// Those of names without their namespaces; `None` where it is not worth it, or where strings have numbers of another table.
    pub(super) fn of(names: &[String], sections: &Sections<'_>, order: ByteOrder) -> Option<Self> {
        let is_plain = sections.str_offsets.is_empty() && !sections.is_package();
        if !is_plain || names.is_empty() || sections.info.len() < WORTH_IT {
            return None;
        }
        let ended = |name: &String| [name.as_bytes(), &[0]].concat();
        let names: Vec<Vec<u8>> = names.iter().map(ended).collect();
        let mut strings = BTreeSet::new();
        for name in &names {
            // A linker makes one string of two where one ends as the other.
            let found = memmem::find_iter(&sections.str, name);
            strings.extend(found.take(MAX_STRINGS + 1));
        }
        if strings.len() > MAX_STRINGS {
            return None;
        }
        let mut places = Vec::new();
        for name in &names {
            places.extend(memmem::find_iter(&sections.info, name));
        }
        for &string in &strings {
            // Of eight octets, in 64-bit DWARF, these are four.
            let string = u32::try_from(string).ok()?;
            let string = match order {
                ByteOrder::Big => string.to_be_bytes(),
                ByteOrder::Little => string.to_le_bytes(),
            };
            places.extend(memmem::find_iter(&sections.info, &string));
        }
        places.sort_unstable();
        Some(Mentions {
            names,
            strings,
            places,
        })
    }

    /// Whether there may be one in this part of `.debug_info`.
    pub(super) fn may_be_in(&self, part: &Range<usize>) -> bool {
        let first = self.places.partition_point(|place| *place < part.start);
        self.places
            .get(first)
            .is_some_and(|place| *place < part.end)
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
