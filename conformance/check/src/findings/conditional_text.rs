//! Declarations that a preprocessor changes.

use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "conditional-text",
    title: "a declaration with #if in it: another machine may compile other text",
    cure: "verify it with the machines' own compilers: crossum check --verify",
    explain: "\
What was read is what this machine's preprocessor left of the declaration. Where an #if stands in it, another machine's may leave something else, and no layout computed here says anything about that.

Verify such a type with the compilers of the machines in question (crossum check --verify), or give the wire format a declaration without conditions.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let condition = case.subject.conditional.into_iter();
    condition
        .map(|line| Found {
            field: String::new(),
            message: format!("an #if in its declaration, line {line}"),
            targets: Vec::new(),
        })
        .collect()
}
