//! Reports on checked types: one file a format.

mod annotations;
mod block;
pub mod diagnoses;
pub mod diff;
mod document;
mod groups;
mod input;
pub mod machines;
mod map;
pub mod page;
mod path;
pub mod same;
pub mod sarif;
mod short;
mod snippet;
pub mod table;
mod told;
mod verdict;

pub use document::CheckDocument;
pub use input::InputRow;
pub use told::{Formats, Text, Told, Untold};

use crate::{Checked, Finding, Portability};

/// How many types came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them.
    pub types: usize,
    /// Those that can be copied between all machines.
    pub portable: usize,
    /// Those that cannot.
    pub not_portable: usize,
    /// Those that nobody can tell of.
    pub undecided: usize,
    /// Findings that are denied.
    pub denied: usize,
}

impl Count {
    /// Adds a type.
    fn add(&mut self, checked: &Checked<'_>, denied: impl Fn(&Finding) -> bool) {
        self.types += 1;
        let findings = checked.findings.iter();
        self.denied += findings.filter(|finding| denied(finding)).count();
        match checked.portability() {
            Portability::Portable => self.portable += 1,
            Portability::NotPortable => self.not_portable += 1,
            Portability::Undecided => self.undecided += 1,
        }
    }

    /// Adds other types.
    fn append(&mut self, other: Count) {
        self.types += other.types;
        self.portable += other.portable;
        self.not_portable += other.not_portable;
        self.undecided += other.undecided;
        self.denied += other.denied;
    }
}
