//! Machines that agree with each other about one thing.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::machine::is_target;
use crate::machine::short;

/// Machines by what they say.
pub(super) struct Groups<'a, T>(BTreeMap<T, Vec<&'a str>>);

/// So many machines of a group are named.
const NAMED: usize = 3;

impl<'a, T: Ord> Groups<'a, T> {
    /// From what each machine says. Where all say the same, as they do nearly always, nobody is written down.
    pub(super) fn of(said: impl IntoIterator<Item = (T, &'a [&'a str])>) -> Self {
        let said: Vec<_> = said.into_iter().collect();
        let mut groups: BTreeMap<T, Vec<&str>> = BTreeMap::new();
        if said
            .iter()
            .all(|(what, _)| said.first().is_some_and(|(first, _)| first == what))
        {
            return Groups(groups);
        }
        for (what, machines) in said {
            groups.entry(what).or_default().extend(machines);
        }
        Groups(groups)
    }

    /// Whether not all say the same.
    pub(super) fn differ(&self) -> bool {
        self.0.len() > 1
    }

    /// Those who do not say what most say; the greater value where as many say one as the other. Sorted.
    pub(super) fn minority(&self) -> Vec<String> {
        let most = self.0.iter().rev().max_by_key(|(_, names)| names.len());
        let others = self
            .0
            .iter()
            .filter(|(what, _)| Some(*what) != most.map(|(what, _)| what));
        owned(others.flat_map(|(_, names)| names).copied())
    }

    /// `4 on i686-unknown-linux-gnu, ... and 3 more; 8 on ...`
    pub(super) fn told<D: Display>(&self, tell: impl Fn(&T) -> D) -> String {
        let groups = self.0.iter();
        let told = groups.map(|(what, names)| {
            let mut names = names.clone();
            names.sort_unstable();
            format!("{} on {}", tell(what), some(&names))
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

/// Names that stay, sorted.
pub(super) fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    names.sort_unstable();
    names
}

/// The first names, and how many more there are.
pub(super) fn some<N: AsRef<str>>(names: &[N]) -> String {
    let names = names.iter().map(AsRef::as_ref);
    // Targets first: they are what people know.
    let known = names.clone().filter(|name| is_target(name));
    let modelled = names.clone().filter(|name| !is_target(name));
    let shown: Vec<_> = known.chain(modelled).take(NAMED).map(short).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
