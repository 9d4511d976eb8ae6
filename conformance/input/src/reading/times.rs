//! Types that lie otherwise where times and file offsets have 64 bits.

use std::collections::BTreeSet;

use layout::abi::Typedef;
use layout::types::{Type, TypeId, Types};

/// Whether one of glibc's seven typedefs is in a type.
pub(super) fn are_in(types: &Types, id: TypeId) -> bool {
    let mut seen = BTreeSet::new();
    let mut next = vec![id];
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        match types.get(id) {
            Some(Type::Typedef(name) | Type::Either { name, .. }) if is_one(*name) => return true,
            Some(Type::Array { element: of, .. } | Type::Aligned { of, .. }) => next.push(*of),
            Some(Type::Record(record)) => {
                next.extend(record.members.iter().map(|member| member.kind))
            }
            _ => {}
        }
    }
    false
}

fn is_one(name: Typedef) -> bool {
    use Typedef::{Blkcnt, Fsblkcnt, Fsfilcnt, Ino, Off, Rlim, Time};
    matches!(name, Time | Off | Ino | Blkcnt | Fsblkcnt | Fsfilcnt | Rlim)
}
