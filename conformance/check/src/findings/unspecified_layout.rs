//! Types whose layout their language leaves to the compiler.

use std::collections::BTreeMap;

use layout::LayoutError;

use super::{Found, Rule};
use crate::Case;
use crate::anatomy::Whole;

pub(super) const RULE: Rule = Rule {
    code: "unspecified-layout",
    title: "a type whose layout the language leaves to the compiler",
    cure: "#[repr(C)] on it and on every type in it; a struct in place of a tuple",
    explain: "\
Rust lays a type out as it likes unless a `repr` says otherwise: it reorders fields so that less padding is needed, and the next version of rustc, or an option of this one, may order them in another way. Two programs that share memory, or a file that is read back by the next build, then disagree on one and the same machine. Crates that cast octets to such structs worked for years, and read other fields after an update of the compiler.

Write `#[repr(C)]` on the type and on every type in it; take a struct in place of a tuple, and an integer with constants in place of an enumeration with fields.",
    find,
};

/// Whether a type is not taken apart for this reason.
pub(crate) fn is_cause(whole: &Whole) -> bool {
    matches!(whole, Whole::NoLayout(LayoutError::Unspecified { .. }))
}

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for on in &case.on {
        if let Err(Whole::NoLayout(LayoutError::Unspecified { what })) = &*on.anatomy {
            let machines = on.machines.iter().map(|name| (*name).to_owned());
            found.entry(what).or_default().extend(machines);
        }
    }
    let found = found.into_iter();
    let found = found.map(|(what, mut targets)| {
        targets.sort_unstable();
        Found {
            field: String::new(),
            message: what.to_owned(),
            targets,
        }
    });
    found.collect()
}
