//! Machines that answer alike: those whose compilers predefine the same where a text asks.

use std::collections::{BTreeMap, BTreeSet};

use layout::abi::Dialect;
use layout::macros::{Language, Machines};

/// What a machine's compiler predefines, by bare names.
pub(super) type Answers = BTreeMap<String, String>;

/// The answers of a machine, under these options of a build: the row of its name, or of its ABI. `None` where no compiler could be asked.
pub(super) fn answers(
    machine: &crate::Machine<'_>,
    language: Language,
    given: &[&str],
) -> Option<Answers> {
    let row = row(machine)?.given(given.iter().copied());
    let macros = row.macros(language)?;
    let answers = macros.iter().map(|(name, body)| {
        // One with parameters has them in its name.
        let end = name.find('(').unwrap_or(name.len());
        let (name, parameters) = name.split_at_checked(end).unwrap_or((name, ""));
        (name.to_owned(), format!("{parameters}{body}"))
    });
    Some(answers.collect())
}

/// The options that make a front end here read as a machine's own does under these options of a build.
pub(super) fn options(
    machine: &crate::Machine<'_>,
    language: Language,
    given: &[&str],
) -> Option<Vec<String>> {
    row(machine)?.given(given.iter().copied()).options(language)
}

/// What `aligned` without a number asks for in the compiler of a machine, in octets, where that is GCC: its `BIGGEST_ALIGNMENT`. Clang's number for it is another than this macro on some machines.
pub(super) fn most_aligned(machine: &crate::Machine<'_>, language: Language) -> Option<u64> {
    let row = row(machine).filter(|row| row.head.program.ends_with("gcc"))?;
    let macros = row.macros(language)?;
    let is_by_gcc = machine.abi.compiler() == Dialect::Gcc;
    let most = macros.get("__BIGGEST_ALIGNMENT__").filter(|_| is_by_gcc)?;
    most.parse().ok()
}

/// Whether it is known what a machine's compiler predefines.
pub(super) fn is_known(machine: &crate::Machine<'_>, language: Language) -> bool {
    row(machine).is_some_and(|row| row.macros(language).is_some())
}

fn row(machine: &crate::Machine<'_>) -> Option<&'static layout::macros::Machine> {
    let table = Machines::builtin();
    table
        .get(machine.base())
        .or_else(|| table.get(machine.abi.row()))
}

/// Puts those together that give the same answers to these questions; the groups in the order of their first.
pub(super) fn alike<'a, K: Copy>(
    machines: &[(K, &'a Answers)],
    asked: &BTreeSet<String>,
) -> Vec<Vec<(K, &'a Answers)>> {
    type Said<'s> = Vec<Option<&'s String>>;
    let mut groups: Vec<(Said<'_>, Vec<(K, &Answers)>)> = Vec::new();
    for &(machine, answers) in machines {
        let said: Vec<_> = asked.iter().map(|name| answers.get(name)).collect();
        match groups.iter_mut().find(|(same, _)| *same == said) {
            Some((_, group)) => group.push((machine, answers)),
            None => groups.push((said, vec![(machine, answers)])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(pairs: &[(&str, &str)]) -> Answers {
        let owned = pairs
            .iter()
            .map(|(name, body)| ((*name).to_owned(), (*body).to_owned()));
        owned.collect()
    }

    #[test]
    fn machines_are_told_apart_by_what_is_asked_and_by_nothing_else() {
        let (a, b, c) = (
            answers(&[("LP64", "1"), ("arm", "1")]),
            answers(&[("LP64", "1")]),
            answers(&[("mips", "1")]),
        );
        let machines = [("a", &a), ("b", &b), ("c", &c)];
        let names = |asked: &[&str]| {
            let asked = asked.iter().map(|name| (*name).to_owned()).collect();
            let groups = alike(&machines, &asked);
            let names = groups
                .iter()
                .map(|group| group.iter().map(|(name, _)| *name).collect::<String>());
            names.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(&[]), "abc");
        assert_eq!(names(&["LP64"]), "ab c");
        assert_eq!(names(&["LP64", "arm"]), "a b c");
        assert_eq!(names(&["unknown"]), "abc");
    }
}
