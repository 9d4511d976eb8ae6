//! Why octets could not be read as a program with debug information.

use std::fmt;

use super::machine::Machine;

/// What is wrong with a file, or what it lacks; and in which member, where it is an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", .member.as_ref().map(|name| format!("member `{name}`: ")).unwrap_or_default())]
#[non_exhaustive]
pub struct ReadError {
    /// The member of an archive, or the machine of a universal file.
    pub member: Option<String>,
    /// What it is about.
    pub problem: Problem,
}

/// What is wrong with a file, or what it lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Of no format that can be read here.
    #[error(
        "found {found}, expected an object file, an archive, a library or an executable: ELF, Mach-O, COFF, PE or WebAssembly"
    )]
    NotAnObject {
        /// What it begins with, in words.
        found: String,
    },
    /// The file ends early, or contradicts itself, before its debug information is reached.
    #[error("damaged: {says}")]
    Damaged {
        /// What the reader of the format says.
        says: String,
    },
    /// An archive that only names its members.
    #[error(
        "a thin archive: it holds the names of object files, expected the files themselves (`ar t FILE` lists them; `ar rcs WHOLE.a $(ar t FILE)` puts them together)"
    )]
    ThinArchive,
    /// Objects for several machines in one file have no one layout.
    #[error(
        "found objects for {one} and for {other}, expected one machine: give one of them by itself (of a universal file, `lipo FILE -thin ARCH -output OUT` takes it out)"
    )]
    SeveralMachines {
        /// The machine of the first object.
        one: Machine,
        /// The first that is another.
        other: Machine,
    },
    /// There is nothing to read types from.
    #[error(
        "no debug information: found {found}, expected a section `.debug_info` (compile with -g, and do not strip)"
    )]
    NoDebugInfo {
        /// What is there instead.
        found: String,
    },
    /// Something else, or debug information of another format.
    #[error("found {found}, expected DWARF: {advice}")]
    Other {
        /// What it is, in words.
        found: String,
        /// What to do about it.
        advice: String,
    },
    /// The types are in another file.
    #[error(
        "split debug information: the types are in `{file}`, expected them here (give that file, or compile without -gsplit-dwarf)"
    )]
    Split {
        /// As the compiler named it.
        file: String,
    },
    /// What `dwz -m` moved out of several files is in another one.
    #[error(
        "what it has in common with other files is in `{file}`, which was not found (dwz -m made it; --debug-dir names a folder where it may be)"
    )]
    Alternate {
        /// As the file names it.
        file: String,
    },
    /// A file that `dwz -m` made: it has what others have in common.
    #[error(
        "found only what `dwz -m` moved out of other files, expected one of these: give the file that refers to this one"
    )]
    OnlyShared,
    /// A section that does not become as large as it says, or far too large.
    #[error("section {section}: {says}")]
    Section {
        /// Its name.
        section: &'static str,
        /// What was found.
        says: String,
    },
    /// Debug information that is not as DWARF says.
    #[error("{place}: {says}")]
    Dwarf {
        /// Where.
        place: Spot,
        /// What was found there.
        says: String,
    },
    /// Its parts refer to one another so that reading it would take time or room out of all proportion to its size.
    #[error(
        "{place}: found more to read than the file is large, expected no part to be referred to so often"
    )]
    TooMuch {
        /// Where reading stopped.
        place: Spot,
    },
}

/// A place in a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Spot {
    /// The section, by its name in ELF: `.debug_info`.
    pub section: &'static str,
    /// From its start, in octets.
    pub offset: usize,
}

impl fmt::Display for Spot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at {:#x}", self.section, self.offset)
    }
}

impl Spot {
    /// What is wrong here.
    pub(super) fn found(self, says: impl fmt::Display) -> Problem {
        Problem::Dwarf {
            place: self,
            says: says.to_string(),
        }
    }
}
