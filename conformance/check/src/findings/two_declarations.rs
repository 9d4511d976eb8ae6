//! Units of one program that contradict each other about a type.

use std::collections::BTreeSet;

use super::{Found, Rule};
use crate::Case;

pub(super) const RULE: Rule = Rule {
    code: "two-declarations",
    title: "one name, and several contents in one file: its units do not agree about the type",
    cure: "one declaration, in one header that every unit includes; another name for what is another type",
    explain: "\
An object file, archive or program was made of several units, and two of them declare another type under one name: fields that the other has not, another order, another option of the compiler (-fpack-struct, -fshort-enums, a macro that one of them was built without). In C++ that breaks the one definition rule; in C it is allowed, and a pointer that crosses from one unit to the other is read wrongly all the same. No compiler sees both, and no linker compares them.

Found only in objects, by their debug information. Where both types are meant, and never meet, give them different names.",
    find,
};

/// So many places are told.
const MAX_PLACES: usize = 4;

fn find(case: &Case<'_>) -> Vec<Found> {
    let mut reads = case.on.iter().filter_map(|on| on.read);
    // Of a source there is one unit.
    let Some(read) = reads.find(|read| !read.of.built.is_empty()) else {
        return Vec::new();
    };
    let same_name = |name: &String| *name == case.subject.name;
    let all = read.of.subjects.as_slice();
    // They are sorted by name.
    let begin = all.partition_point(|subject| subject.name < case.subject.name);
    let all = all.get(begin..).unwrap_or_default().iter();
    let all = all.take_while(|subject| same_name(&subject.name));
    let kinds: BTreeSet<_> = all.clone().map(|subject| subject.kind).collect();
    if kinds.len() < 2 {
        return Vec::new();
    }
    let places = all.filter_map(|subject| subject.declared.as_ref());
    let places: BTreeSet<String> = places.map(ToString::to_string).collect();
    let named: Vec<&str> = places.iter().take(MAX_PLACES).map(String::as_str).collect();
    let places = match (named.as_slice(), places.len() > MAX_PLACES) {
        ([], _) => String::new(),
        (named, false) => format!(": {}", named.join(", ")),
        (named, true) => format!(": {}, ...", named.join(", ")),
    };
    vec![Found {
        field: String::new(),
        message: format!(
            "{} declarations of this name in one file that do not agree{places}",
            kinds.len()
        ),
        targets: Vec::new(),
        cure: None,
    }]
}
