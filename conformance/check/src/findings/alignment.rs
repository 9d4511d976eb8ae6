//! Fields at offsets that their own type would not lie at.

use super::groups::{owned, some};
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "alignment",
    title: "a field that is not aligned, where the machine wants it to be",
    cure: "copy it out with memcpy, and never take its address",
    explain: "\
In a packed record a field may lie at an offset that is no multiple of its type's alignment. The compiler knows and reads it octet by octet; whoever takes its address does not. A load through such a pointer traps on SPARC, on older Arm and MIPS and on SuperH, is mended slowly by the kernel on others, and lets the compiler assume what is not true everywhere.

Copy such fields out with memcpy (which compiles to the same loads where they are allowed), or order the fields so that nothing needs to be packed.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields() {
        let off = on.iter().filter(|(_, field)| {
            !field.is_bit_field && !field.offset().is_multiple_of(field.align)
        });
        let off: Vec<_> = off.collect();
        let targets = owned(off.iter().flat_map(|(on, _)| &on.machines).copied());
        if let Some((_, field)) = off.first() {
            all.push(Found {
                cure: None,
                field: field.path.clone(),
                message: format!(
                    "at offset {}, not aligned for its type on {}",
                    field.offset(),
                    some(&targets)
                ),
                targets,
            });
        }
    }
    all
}
