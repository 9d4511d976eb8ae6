//! A source read by this machine's compiler: in the ways that there are, one after the other, each of which is said.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use cross::Host;

use super::advice::{self, Advice};
use super::around::Around;
use super::missing::Missing;
use super::paths::from_here;
use super::{Compile, Guess, Kind};
use crate::reading::front_end::{Complaint, Driver};
use crate::reading::source::Here;
use crate::reading::text::Text;
use crate::subjects::{self, NoSubject, Wanted};

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
    file: PathBuf,
    complaint: Complaint,
    advice: Option<Advice>,
}

/// A way to read a source.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) kind: Kind,
    pub(super) compile: Compile,
    pub(super) notes: Vec<Note>,
}

/// Why a way leads nowhere.
pub(super) enum Failed {
    /// The compiler refuses it.
    Refused(Complaint),
    /// For good.
    Final(NotOpened),
}

/// A header may lead to so many folders.
const MAX_FOLDERS: usize = 12;

impl Source<'_> {
    /// Reads it: as its name says; as C++ where C refuses what only C++ has; without the bodies of its functions where those are refused.
    ///
    /// # Errors
    /// No way leads to types: the first complaint, with what the source wants.
    pub async fn open(self) -> Result<Opened, NotOpened> {
        Opening {
            source: &self,
            around: OnceCell::new(),
        }
        .open()
        .await
    }
}

/// A source that is being read.
pub(super) struct Opening<'o> {
    pub(super) source: &'o Source<'o>,
    around: OnceCell<Around>,
}

impl Opening<'_> {
    async fn open(&self) -> Result<Opened, NotOpened> {
        let Source { guess, compile, .. } = self.source;
        let plain = Way {
            kind: guess.kind,
            compile: compile.clone(),
            notes: Vec::new(),
        };
        let first = match self.first(plain).await {
            Ok(opened) => return Ok(opened),
            Err((way, failed)) => (way, refused(failed)?),
        };
        let (way, complaint) = first;
        let missing = Missing::of(&complaint.words);
        // In C++ it may want something else.
        let as_cxx = Way {
            kind: Kind::Cxx,
            notes: vec![Note::Cxx(complaint.first_error())],
            ..way.clone()
        };
        let mut told = (way.clone(), complaint.clone());
        if guess.is_either && way.kind == Kind::C && missing.is_cxx {
            match self.with_and_without_bodies(as_cxx.clone()).await {
                Ok(opened) => return Ok(opened),
                Err(failed) => told = (as_cxx.clone(), refused(failed)?),
            }
        }
        if let Ok(opened) = self.without_bodies(way.clone(), &complaint).await {
            return Ok(opened);
        }
        let advice = advice::of(self, &told.0, &told.1).await;
        let is_certain = advice.as_ref().is_some_and(Advice::is_proven);
        if !is_certain && guess.is_either {
            let other = match way.kind {
                Kind::C => as_cxx,
                _ => Way {
                    kind: Kind::C,
                    ..way
                },
            };
            if let Ok(opened) = self.with_and_without_bodies(other).await {
                return Ok(opened);
            }
        }
        Err(NotOpened::Refused(Box::new(Refused {
            file: self.source.file.to_owned(),
            complaint: told.1,
            advice,
        })))
    }

    /// As its name says; a sketch with what its builder puts before it.
    async fn first(&self, plain: Way) -> Result<Opened, (Way, Failed)> {
        let is_sketch = self.source.guess.preludes.contains(&"arduino");
        if !is_sketch {
            return self
                .complete(plain.clone())
                .await
                .map_err(|failed| (plain, failed));
        }
        let before = |headers: &[&str]| {
            let mut way = plain.clone();
            for header in headers {
                way.compile.flags.add("-include", (*header).to_owned());
            }
            way.notes.push(Note::Before(headers.join(", ")));
            way
        };
        let way = before(&["Arduino.h"]);
        match self.with_and_without_bodies(way.clone()).await {
            Ok(opened) => Ok(opened),
            Err(Failed::Refused(complaint))
                if Missing::of(&complaint.words).header.as_deref() == Some("Arduino.h") =>
            {
                let way = before(&["stdint.h", "stddef.h", "string.h"]);
                let opened = self.complete(way.clone()).await;
                opened.map_err(|failed| (way, failed))
            }
            Err(failed) => Err((way, failed)),
        }
    }

    /// In this way, and where the compiler refuses what functions do, without that.
    pub(super) async fn with_and_without_bodies(&self, way: Way) -> Result<Opened, Failed> {
        match self.complete(way.clone()).await {
            Err(Failed::Refused(complaint)) => {
                let without = self.without_bodies(way, &complaint).await;
                without.map_err(|_| Failed::Refused(complaint))
            }
            done => done,
        }
    }

    async fn without_bodies(&self, way: Way, complaint: &Complaint) -> Result<Opened, Failed> {
        let missing = Missing::of(&complaint.words);
        if missing.header.is_some() || missing.said.is_some() {
            // No preprocessor came to its end.
            return Err(Failed::Refused(complaint.clone()));
        }
        let mut way = way;
        way.compile.rewriting = way.compile.rewriting.without_bodies();
        let because = Note::WithoutBodies(complaint.first_error());
        way.notes.push(because);
        self.complete(way).await
    }

    /// In this way, with the folders of headers that are found around the source.
    async fn complete(&self, mut way: Way) -> Result<Opened, Failed> {
        for _ in 0..MAX_FOLDERS {
            let complaint = match self.read(&way).await {
                Err(Failed::Refused(complaint)) => complaint,
                done => return done,
            };
            let header = Missing::of(&complaint.words).header;
            let folders = header
                .as_deref()
                .map(|header| self.around().folders(header));
            // Of several nobody knows which is meant.
            let (Some(header), Some([folder])) = (header, folders.as_deref()) else {
                return Err(Failed::Refused(complaint));
            };
            let note = Note::Folder(folder.clone(), header);
            if way.notes.contains(&note) {
                return Err(Failed::Refused(complaint));
            }
            // Behind the system's: a project's own `string.h` is not meant by `<string.h>`.
            let value = folder.to_string_lossy().into_owned();
            way.compile.flags.add("-idirafter", value);
            way.notes.push(note);
        }
        self.read(&way).await
    }

    async fn read(&self, way: &Way) -> Result<Opened, Failed> {
        let Source {
            file, host, wanted, ..
        } = self.source;
        let Way { kind, compile, .. } = way;
        let command = compile.command(*kind, host);
        let command = command.map_err(|error| Failed::Final(NotOpened::NoCompiler(error)))?;
        // Of the macros that a text asks about, gcc alone tells; clang takes the option and says nothing.
        let driver = Driver {
            words: &command,
            lists_macros: true,
        };
        let raw = driver.preprocess(file, *kind, compile, &[]).await?;
        let met = compile.rewriting.met(&raw);
        let text = compile.rewriting.of(&raw);
        let octets = driver.object(&text, *kind, compile).await?;
        let mut wanted = wanted.clone();
        let mut program = subjects::read(&octets, &wanted);
        // A header that only includes others, as <pcap.h> does: what it includes is what it is about; of the system's own, as <utmp.h>, all.
        if matches!(program, Err(NoSubject::Nothing)) {
            let seen = Text::of(&text, *kind == Kind::Cxx);
            wanted = wanted.and_included(seen.users_files());
            program = subjects::read(&octets, &wanted);
        }
        if matches!(program, Err(NoSubject::Nothing)) {
            wanted = wanted.and_included(std::iter::empty());
            program = subjects::read(&octets, &wanted);
        }
        let program = program.map_err(|none| Failed::Final(none.into()))?;
        drop(octets);
        let told = driver.alignments(&text, *kind, compile, &program).await;
        let mut notes = way.notes.clone();
        if !met.is_empty() {
            notes.push(Note::Words(met));
        }
        Ok(Opened {
            kind: *kind,
            compile: compile.clone(),
            wanted,
            here: Here {
                program,
                told,
                text,
                compiler: command,
            },
            notes,
        })
    }

    pub(super) fn around(&self) -> &Around {
        self.around.get_or_init(|| Around::of(self.source.file))
    }
}

impl From<Complaint> for Failed {
    fn from(complaint: Complaint) -> Failed {
        Failed::Refused(complaint)
    }
}

fn refused(failed: Failed) -> Result<Complaint, NotOpened> {
    match failed {
        Failed::Refused(complaint) => Ok(complaint),
        Failed::Final(error) => Err(error),
    }
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
