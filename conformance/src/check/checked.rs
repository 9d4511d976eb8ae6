//! A type that was checked: what reports are made from.

use super::findings::{self, Finding};
use super::islands::islands;
use super::policy::Policy;
use super::{Case, anatomy::Whole};
use cross::layout::LayoutError;

/// A type, and what is to be said about it.
pub struct Checked<'a> {
    /// The type on every ABI.
    pub case: Case<'a>,
    /// Between which machines it can be copied as it lies.
    pub islands: Vec<Vec<&'a str>>,
    /// What was found and is not allowed.
    pub findings: Vec<Finding>,
    /// What the input cannot decide, and where.
    pub undecided: Vec<Undecided>,
}

/// Something that the input cannot decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// In words.
    pub why: String,
    /// For which machines. Sorted.
    pub targets: Vec<String>,
}

/// Whether a type can be copied as it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Portability {
    /// Between all machines asked about.
    Portable,
    /// Between some of them.
    NotPortable,
    /// Nobody can tell from what was given.
    Undecided,
}

impl<'a> Checked<'a> {
    /// Checks a type.
    pub fn of(case: Case<'a>, policy: &Policy) -> Checked<'a> {
        let islands = islands(&case);
        let mut findings = findings::of(&case);
        findings.retain(|finding| !policy.allows(finding, &case.subject.name));
        let undecided = undecided(&case);
        Checked {
            case,
            islands,
            findings,
            undecided,
        }
    }

    /// In a word. What breaks on the machines that are known breaks, whatever else is undecided.
    pub fn portability(&self) -> Portability {
        let pointer = self
            .findings
            .iter()
            .any(|finding| finding.rule.code == "pointer");
        if self.islands.len() > 1 || pointer {
            Portability::NotPortable
        } else if self.undecided.is_empty() {
            Portability::Portable
        } else {
            Portability::Undecided
        }
    }

    /// The machines where the type does not exist: no `__int128` there, say. That is known, and not undecided.
    pub fn nowhere(&self) -> Vec<(String, Vec<&'a str>)> {
        let mut nowhere = Vec::new();
        for on in &self.case.on {
            if let Err(why @ Whole::NoLayout(LayoutError::NoSuchType { .. })) = &on.anatomy {
                nowhere.push((why.to_string(), on.machines.clone()));
            }
        }
        nowhere
    }
}

fn undecided(case: &Case<'_>) -> Vec<Undecided> {
    let all = || {
        let names = case.on.iter().flat_map(|on| &on.machines);
        let mut names: Vec<String> = names.map(|name| (*name).to_owned()).collect();
        names.sort_unstable();
        names
    };
    let mut undecided: Vec<Undecided> = Vec::new();
    for why in &case.subject.undecided {
        undecided.push(Undecided {
            why: why.clone(),
            targets: all(),
        });
    }
    for on in &case.on {
        let Err(why) = &on.anatomy else { continue };
        let why = why.to_string();
        let names = on.machines.iter().map(|name| (*name).to_owned());
        match undecided.iter_mut().find(|known| known.why == why) {
            Some(known) => known.targets.extend(names),
            None => undecided.push(Undecided {
                why,
                targets: names.collect(),
            }),
        }
    }
    for one in &mut undecided {
        one.targets.sort_unstable();
    }
    undecided
}
