//! Numbers that a type's size is a part of.

use super::groups::Groups;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "ioctl-number",
    title: "an ioctl whose number is another one elsewhere: the size of its struct is a part of it",
    cure: "integers of fixed width, no pointer, and every gap a field of its own, so that the struct has one size",
    explain: "\
`_IOR`, `_IOW` and `_IOWR` put sizeof of their type into the number (14 bits of it; 13 on some machines). Where a struct has another size, the same name stands for another number: a program of 32 bits asks a kernel of 64 bits for what that does not know, and gets ENOTTY. A driver then needs `compat_ioctl`, and one case more for each such struct.

btrfs put `struct { __u64 sec; __u32 nsec; }` into the argument of BTRFS_IOC_GET_SUBVOL_INFO: 12 octets on i386, 16 on x86_64. A program of 32 bits got ENOTTY from a kernel of 64 bits for a call that the kernel has, eight years after it was added (systemd#42221).

Declare the struct so that it has one size: `__u64` for a pointer or a `long`, and a padding field where the alignment of 64-bit integers differs.",
    find,
};

/// So many macros are named.
const MAX_TOLD: usize = 3;

fn find(case: &Case<'_>) -> Vec<Found> {
    let sizes = Groups::of(
        case.known()
            .map(|(on, anatomy)| (anatomy.size, on.machines.as_slice())),
    );
    if case.ioctls.is_empty() || !sizes.differ() {
        return Vec::new();
    }
    let octets = |size: &u64| format!("{size} octet{}", if *size == 1 { "" } else { "s" });
    let names: Vec<_> = case.ioctls.iter().take(MAX_TOLD).cloned().collect();
    let more = case.ioctls.len() - names.len();
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    vec![Found {
        field: String::new(),
        message: format!(
            "its size is a part of the number of {}{more}: {}",
            names.join(", "),
            sizes.told(octets)
        ),
        targets: sizes.minority(),
        cure: None,
    }]
}
