//! Gives back the names that the user's own lines have to what a compiler made of a text in which other types stand in for theirs.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use layout::dwarf::Program;
use layout::types::{Type, TypeId};

use super::library::{PREFIX, StandIn};

/// Leaves the stand-ins themselves out of the types that have a name, for the user has declared none of them, and calls what is left by its real name: a member's type, a template's argument, and a member that is called as its type is.
pub(super) fn give_back(program: &mut Program, stand_ins: &BTreeMap<String, StandIn>) {
    if stand_ins.is_empty() {
        return;
    }
    let is_stand_in = |path: &str| {
        let own = path.strip_prefix(PREFIX);
        own.is_some_and(|own| stand_ins.contains_key(own))
    };
    program.named.retain(|named| !is_stand_in(&named.name.path));
    let give = |name: &mut Arc<str>| {
        if let Some(real) = real(name, is_stand_in) {
            *name = real.into();
        }
    };
    program
        .named
        .iter_mut()
        .for_each(|named| give(&mut named.name.path));
    program
        .named
        .sort_by(|one, other| one.name.cmp(&other.name));
    // Their members are declared in no file that anybody has.
    for (id, sources) in &mut program.sources {
        if program.tags.get(id).is_some_and(|tag| is_stand_in(tag)) {
            for source in sources {
                source.place = None;
                source.column = 0;
            }
        }
    }
    program.tags.values_mut().for_each(give);
    let sources = program.sources.values_mut().flatten();
    sources
        .filter_map(|source| source.type_name.as_mut())
        .for_each(give);
    let enumerators = program.enumerators.values_mut().flatten();
    enumerators.for_each(|one| give(&mut one.name));
    let renamed = program.observed.keys().filter_map(|id| {
        let Some(Type::Record(record)) = program.types.get(*id) else {
            return None;
        };
        let mut record = record.clone();
        let mut is_renamed = false;
        for name in record
            .members
            .iter_mut()
            .filter_map(|one| one.name.as_mut())
        {
            if let Some(real) = real(name, is_stand_in) {
                *name = real;
                is_renamed = true;
            }
        }
        is_renamed.then_some((*id, Type::Record(record)))
    });
    let renamed: Vec<(TypeId, Type)> = renamed.collect();
    for (id, record) in renamed {
        program.types.replace(id, record);
    }
}

/// The other way: a type's name in a text with stand-ins, which has them as arguments of templates.
pub(super) fn stood_in<'n>(name: &'n str, stand_ins: &BTreeMap<String, StandIn>) -> Cow<'n, str> {
    if !name.contains('<') {
        return name.into();
    }
    let words = name.split_inclusive(|c| !is_of_word(c)).map(|part| {
        let word = part.trim_end_matches(|c| !is_of_word(c));
        match stand_ins.contains_key(word) {
            true => format!("{PREFIX}{part}").into(),
            false => Cow::Borrowed(part),
        }
    });
    words.collect::<String>().into()
}

/// A name with its real words, where one of them is a stand-in's: `box<crossum_tm>` is `box<tm>`.
fn real(name: &str, is_stand_in: impl Fn(&str) -> bool) -> Option<String> {
    if !name.contains(PREFIX) {
        return None;
    }
    let words = name.split_inclusive(|c| !is_of_word(c)).map(|part| {
        let word = part.trim_end_matches(|c| !is_of_word(c));
        match is_stand_in(word) {
            true => part.get(PREFIX.len()..).unwrap_or(part),
            false => part,
        }
    });
    let words: String = words.collect();
    (words != name).then_some(words)
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_that_stand_in_for_others_are_given_back() {
        let is_stand_in = |word: &str| matches!(word, "crossum_tm" | "crossum_pid_t");
        let real = |name| real(name, is_stand_in);
        assert_eq!(real("struct crossum_tm").as_deref(), Some("struct tm"));
        assert_eq!(
            real("net::pair<crossum_tm, crossum_pid_t>").as_deref(),
            Some("net::pair<tm, pid_t>")
        );
        assert_eq!(real("crossum_header"), None);
        assert_eq!(real("my_crossum_tm"), None);
        assert_eq!(real("tm"), None);
    }
}
