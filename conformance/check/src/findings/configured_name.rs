//! Typedefs that were written for one machine.

use super::groups::some;
use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "configured-name",
    title: "a type taken by its name: its declaration was written for one machine, and has another width on others",
    cure: "a type of <stdint.h>, which is declared for each machine",
    explain: "\
Programs that are older than <stdint.h> have names of their own for integers of fixed width (`uint64`, `guint64`, `PRInt64`), and configure declares them for the machine that it runs on: `typedef unsigned long uint64`. That header is no other machine's; a build there would have written `unsigned long long`.

`crossum check` takes such a name at its word, on machines where its declaration has another width, and says so here. Whoever copies a configured header to another machine gets what it declares.

Use the types of <stdint.h>.",
    find,
};

fn find(case: &Case<'_>) -> Vec<Found> {
    let all = case
        .configured
        .iter()
        .filter(|(_, targets)| !targets.is_empty());
    let found = all.map(|(configured, targets)| Found {
        cure: None,
        field: String::new(),
        message: format!(
            "`{}` is declared `{}`, which does not have {} bits on {}: taken by its name",
            configured.name,
            configured.declared,
            configured.bits,
            some(targets)
        ),
        targets: targets.clone(),
    });
    found.collect()
}
