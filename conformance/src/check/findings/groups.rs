//! Machines that agree with each other about one thing.

use std::collections::BTreeMap;
use std::fmt::Display;

use crate::check::machine::{is_target, short};

/// Machines by what they say.
pub(super) struct Groups<T>(BTreeMap<T, Vec<String>>);

/// So many machines of a group are named.
const NAMED: usize = 3;

impl<T: Ord> Groups<T> {
    /// From what each machine says.
    pub(super) fn of<'a>(said: impl IntoIterator<Item = (T, &'a [&'a str])>) -> Self {
        let mut groups: BTreeMap<T, Vec<String>> = BTreeMap::new();
        for (what, machines) in said {
            let names = machines.iter().map(|name| (*name).to_owned());
            groups.entry(what).or_default().extend(names);
        }
        for names in groups.values_mut() {
            names.sort_unstable();
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
        let mut names: Vec<_> = others.flat_map(|(_, names)| names.clone()).collect();
        names.sort_unstable();
        names
    }

    /// `4 on i686-unknown-linux-gnu, ... and 3 more; 8 on ...`
    pub(super) fn told<D: Display>(&self, tell: impl Fn(&T) -> D) -> String {
        let groups = self.0.iter();
        let told = groups.map(|(what, names)| format!("{} on {}", tell(what), some(names)));
        told.collect::<Vec<_>>().join("; ")
    }
}

/// The first names, and how many more there are.
pub(super) fn some(names: &[String]) -> String {
    // Targets first: they are what people know.
    let (known, modelled): (Vec<_>, Vec<_>) = names.iter().partition(|name| is_target(name));
    let ordered = known.into_iter().chain(modelled);
    let shown: Vec<_> = ordered.take(NAMED).map(|name| short(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
