//! Machines that agree with each other about one thing.

use std::collections::BTreeMap;
use std::fmt::Display;

use input::machine::{in_order, order, short};

/// Machines by what they say.
pub(super) struct Groups<'a, T>(BTreeMap<T, Vec<&'a str>>);

/// So many machines of a group are named.
const NAMED: usize = 2;

/// So many groups are told.
const MAX_TOLD: usize = 4;

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

    /// `8 on x86_64, aarch64 and 3 more; 4 on ...`: the machines that people have come first, in each group and of the groups.
    pub(super) fn told<D: Display>(&self, tell: impl Fn(&T) -> D) -> String {
        let mut groups: Vec<_> = self.0.iter().collect();
        groups.sort_by_cached_key(|(_, names)| names.iter().map(|name| order(name)).min());
        let others = groups.len().saturating_sub(MAX_TOLD);
        // One more is as short as to say that there is one.
        let most = if others == 1 { MAX_TOLD + 1 } else { MAX_TOLD };
        let told = groups.iter().take(most);
        let told = told.map(|(what, names)| format!("{} on {}", tell(what), some(names)));
        let mut told: Vec<String> = told.collect();
        if others > 1 {
            told.push(format!("{others} others"));
        }
        told.join("; ")
    }
}

/// Names that stay, sorted.
pub(super) fn owned<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    names.sort_unstable();
    names
}

/// The names that people know best, and how many more there are.
pub(crate) fn some<N: AsRef<str>>(names: &[N]) -> String {
    let names = in_order(names.iter().map(AsRef::as_ref));
    let shown: Vec<_> = names.iter().take(NAMED).map(|name| short(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        // One more name is as short as to say that there is one.
        1 => names
            .iter()
            .map(|name| short(name))
            .collect::<Vec<_>>()
            .join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
