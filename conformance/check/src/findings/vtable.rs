//! Pointers to virtual tables, which a class has without declaring them.

use layout::types::Type;

use super::groups::owned;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "vtable",
    title: "a class with virtual functions, which begins with an address of the process that wrote it",
    cure: "a struct without virtual functions for what leaves the process; let the class read and write that",
    explain: "\
A class with virtual functions or virtual bases has a pointer to a table of functions, which nothing in its declaration shows. It moves every field, has the size of the machine's pointers, and is an address in one process: read back in another, the first virtual call jumps to wherever it points. Who can write such an object can choose where. Games that mapped their saved objects back, and programs that kept polymorphic objects in shared memory, crashed this way, at once or after the next build.

Keep what leaves the process in a struct without virtual functions, and let the class hold one.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut all = Vec::new();
    for on in case.fields_as_read() {
        let mut having = on
            .iter()
            .filter(|(_, field)| field.kind == Type::VtablePointer);
        let Some((_, field)) = having.next() else {
            continue;
        };
        let path = field.path.strip_suffix("_vptr").unwrap_or(&field.path);
        let field = path.trim_end_matches('.').to_owned();
        let targets = owned(on.iter().flat_map(|(on, _)| &on.machines).copied());
        all.push(Found {
            cure: None,
            field,
            message:
                "a pointer to a table of virtual functions: an address of the process that wrote it"
                    .to_owned(),
            targets,
        });
    }
    all
}
