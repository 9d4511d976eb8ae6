//! Classes of the C++ standard library, which nobody but their own library can read.

use std::collections::BTreeSet;

use layout::LayoutError;
use layout::types::Type;

use super::groups::owned;
use super::{Found, Rule};
use crate::Case;
use crate::anatomy::Whole;
use crate::origin::origins;

pub(super) const RULE: Rule = Rule {
    code: "opaque",
    title: "a class of the C++ standard library, which each library lays out in its own way",
    cure: "an array of fixed length, or the characters themselves behind their number",
    explain: "\
The standard says what a `std::string` does, and not how it lies. libstdc++, libc++ and Microsoft's library each have a layout of their own, libstdc++ has had two, and a build for debugging has another again. What is in it is an address in any case: written to a file or sent elsewhere, the octets of the object are not its text.

Take an array of fixed length (`char name[32]`), or write the number of characters and then the characters.",
    find,
};

/// Whether a type is not taken apart for this reason.
pub(crate) fn is_cause(whole: &Whole) -> bool {
    matches!(whole, Whole::NoLayout(LayoutError::LibraryClass { .. }))
}

fn find(case: &Case<'_>) -> Vec<Found> {
    let opaque = case.on.iter().filter(|on| {
        let whole = (*on.anatomy).as_ref().err();
        whole.is_some_and(is_cause)
    });
    let opaque: Vec<_> = opaque.collect();
    let targets = owned(opaque.iter().flat_map(|on| &on.machines).copied());
    let mut fields: BTreeSet<(String, String)> = BTreeSet::new();
    for read in opaque.iter().filter_map(|on| on.read) {
        for (path, origin) in origins(read.types, read.subject.kind) {
            if let Some(Type::Library { name, .. }) = read.types.get(origin.leaf) {
                fields.insert((path, name.clone()));
            }
        }
        // All of them read the same names of the library.
        if !fields.is_empty() {
            break;
        }
    }
    let found = fields.into_iter().map(|(field, name)| Found {
        cure: None,
        field,
        message: format!("{name}, which each C++ library lays out in its own way"),
        targets: targets.clone(),
    });
    found.collect()
}
