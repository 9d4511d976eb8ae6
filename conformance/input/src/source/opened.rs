//! A source that this machine's compiler has read, or refused.

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use cross::Host;

use super::advice::Advice;
use super::paths::from_here;
use super::{Compile, Guess, Kind};
use crate::reading::front_end::Complaint;
use crate::reading::source::Here;
use crate::subjects::{NoSubject, Wanted};

/// What is to be read, and how.
pub struct Source<'a> {
    /// The file, as it was given.
    pub file: &'a Path,
    /// What it is taken for.
    pub guess: Guess,
    /// How it is compiled.
    pub compile: Compile,
    /// Which of its types.
    pub wanted: Wanted,
    /// This machine.
    pub host: &'a Host,
}

/// A source that was read.
pub struct Opened {
    /// Its language.
    pub kind: Kind,
    /// How it was compiled in the end.
    pub compile: Compile,
    /// Which of its types.
    pub wanted: Wanted,
    /// What this machine's compiler made of it.
    pub here: Here,
    /// What nobody asked for.
    pub notes: Vec<Note>,
}

/// Something about how a source was read that its user did not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Its name says C or C++, and C does not take it.
    Cxx(String),
    /// A folder in which a header was found that the source includes.
    Folder(PathBuf, String),
    /// What functions do was left out, since a compiler refuses it.
    WithoutBodies(String),
    /// Words of other compilers that were met.
    Words(BTreeSet<&'static str>),
    /// Headers that stand before it as in the programs that build such files.
    Before(String),
    /// Where its options were written down.
    Build(String),
}

/// Nobody can read it.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// The compiler refuses it.
    #[error(transparent)]
    Refused(Box<Refused>),
    /// There is nothing to check in it.
    #[error(transparent)]
    NoSubject(#[from] NoSubject),
    /// There is no compiler.
    #[error("{0:#}")]
    NoCompiler(anyhow::Error),
}

impl NotOpened {
    /// As the error of a file of this name.
    pub fn of(self, name: &str) -> anyhow::Error {
        match self {
            NotOpened::Refused(_) => self.into(),
            _ => anyhow::Error::from(self).context(name.to_owned()),
        }
    }
}

/// What a compiler refused.
#[derive(Debug)]
pub struct Refused {
    pub(super) file: PathBuf,
    pub(super) complaint: Complaint,
    pub(super) advice: Option<Advice>,
}

/// So many lines of a compiler are shown.
const MAX_LINES: usize = 24;

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = from_here(&self.file);
        match &self.advice {
            Some(advice) => writeln!(formatter, "{file} does not compile by itself: {advice}")?,
            None => writeln!(formatter, "{file} does not compile:")?,
        }
        let mut lines = self.complaint.words.trim_end().lines();
        for line in lines.by_ref().take(MAX_LINES) {
            writeln!(formatter, "{line}")?;
        }
        let more = lines.count();
        if more > 0 {
            writeln!(formatter, "... {more} lines more")?;
        }
        write!(formatter, "(`{}`)", self.complaint.command)
    }
}

impl std::error::Error for Refused {}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Cxx(because) => write!(formatter, "read as C++; as C: {because}"),
            Note::Folder(folder, header) => write!(
                formatter,
                "read with -idirafter {}, where `{header}` is",
                from_here(folder)
            ),
            Note::WithoutBodies(because) => write!(
                formatter,
                "read without the bodies of its functions; with them: {because}"
            ),
            Note::Words(words) => {
                let words: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
                write!(
                    formatter,
                    "words of other compilers, as their preludes have them: {}",
                    words.join(", ")
                )
            }
            Note::Before(headers) => write!(formatter, "read with {headers} before it"),
            Note::Build(how) => write!(formatter, "{how}"),
        }
    }
}
