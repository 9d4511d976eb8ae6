//! A type that was checked: what reports are made from.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use super::findings::{self, Finding, library_class, unspecified_layout};
use super::islands::islands;
use super::policy::Policy;

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
    /// Where compilers refuse the type, and why.
    pub refused: Vec<Undecided>,
}

/// Something that the input cannot decide, or that compilers refuse.
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
        let findings = findings::of(&case);
        let (undecided, refused) = without_layout(&case);
        let mut checked = Checked {
            case,
            islands,
            findings,
            undecided,
            refused,
        };
        checked.allow(policy);
        checked
    }

    /// Leaves out what is known and accepted; once more, where compilers have added findings.
    pub fn allow(&mut self, policy: &Policy) {
        let name = &self.case.subject.name;
        self.findings
            .retain(|finding| !policy.allows(finding, name));
    }

    /// In a word. What breaks on the machines that are known breaks, whatever else is undecided.
    pub fn portability(&self) -> Portability {
        if self.islands.len() > 1 || self.means_nothing_elsewhere() {
            Portability::NotPortable
        } else if !self.undecided.is_empty() {
            Portability::Undecided
        } else if self.is_of_one_machine() {
            Portability::NotPortable
        } else {
            Portability::Portable
        }
    }

    /// Whether a finding says that its octets mean nothing in another process.
    pub fn means_nothing_elsewhere(&self) -> bool {
        self.findings.iter().any(|finding| {
            matches!(
                finding.rule.code,
                "pointer" | "vtable" | "unspecified-layout" | "opaque"
            )
        })
    }

    /// Whether one of several machines has the type, and the others have no such type.
    fn is_of_one_machine(&self) -> bool {
        let known: usize = self.islands.iter().map(Vec::len).sum();
        known == 1 && !self.refused.is_empty()
    }
}

/// What is undecided, and where the type is refused.
fn without_layout(case: &Case<'_>) -> (Vec<Undecided>, Vec<Undecided>) {
    type Reasons = BTreeMap<String, BTreeSet<String>>;
    let (mut undecided, mut refused) = (Reasons::new(), Reasons::new());
    for on in &case.on {
        let names = || on.machines.iter().map(|name| (*name).to_owned());
        for ambiguity in on.read.iter().flat_map(|read| &read.subject.ambiguities) {
            if ambiguity.abis.contains(on.abi.name()) {
                let why = ambiguity.why.clone();
                undecided.entry(why).or_default().extend(names());
            }
        }
        if let Err(why) = &*on.anatomy
            && !unspecified_layout::is_cause(why)
            && !library_class::is_cause(why)
        {
            let reasons = if why.is_refused() {
                &mut refused
            } else {
                &mut undecided
            };
            let why = why.to_string();
            reasons.entry(why).or_default().extend(names());
        }
    }
    let told = |reasons: Reasons| {
        let reasons = reasons.into_iter();
        let told = reasons.map(|(why, targets)| Undecided {
            why,
            targets: targets.into_iter().collect(),
        });
        told.collect()
    };
    (told(undecided), told(refused))
}
