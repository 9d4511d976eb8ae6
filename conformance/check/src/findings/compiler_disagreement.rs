//! Two compilers that lay one type out differently on one ABI.

use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "compiler-disagreement",
    title: "two compilers of one ABI that do not agree about it",
    cure: "leave the construct out that they read differently: most often an oversized or packed bit-field",
    explain: "\
An ABI is a document, and compilers read it differently in its corners: gcc and clang place some bit-fields apart on the same machine. Objects of both, linked or talking to each other, then disagree though nothing else does.

Found only by `crossum check --verify`, where both compilers of a target are here. Leave out what they read differently.",
    find,
};

/// Only compilers can say so: `verify` adds what they say.
fn find(_: &Case<'_>) -> Vec<Found> {
    Vec::new()
}
