//! Pointers, which mean nothing elsewhere.

use layout::abi::Scalar;
use layout::abi::Typedef;
use layout::types::Type;

use super::groups::owned;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "pointer",
    title: "a pointer or a handle, which means nothing in another process",
    cure: "an offset or an index; keep the pointer in a struct that stays at home",
    explain: "\
A pointer is an address in one process at one time. Sent elsewhere it is noise at best, tells an attacker where memory lies, and is a hole when it comes back and is believed. Its size differs between machines, too. The same goes for integers that hold pointers (intptr_t).

Send an offset, an index or a name instead, and keep the pointer in a struct that stays at home.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields_as_read() {
        let Some((_, field)) = on.first() else {
            continue;
        };
        let message = match &field.kind {
            Type::Scalar(Scalar::Pointer) | Type::Reference => {
                "an address of the process that wrote it"
            }
            Type::MemberPointer { .. } => {
                "a place in a class or in a program, which each compiler notes in its own way"
            }
            Type::Typedef(Typedef::Intptr) => "an integer made to hold an address",
            _ => continue,
        };
        let targets = owned(on.iter().flat_map(|(on, _)| &on.machines).copied());
        all.push(Found {
            cure: None,
            field: field.path.clone(),
            message: message.to_owned(),
            targets,
        });
    }
    all
}
