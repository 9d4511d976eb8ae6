//! The ways in which a source can be read, each by itself.

use std::cell::OnceCell;

use super::around::Around;
use super::missing::Missing;
use super::opened::{NotOpened, Note, Opened, Source};
use super::{Compile, Kind};
use crate::reading::front_end::{Complaint, Driver};
use crate::reading::source::Here;
use crate::reading::text::Text;
use crate::subjects::{self, NoSubject};

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

/// A source that is being read.
pub(super) struct Opening<'o> {
    pub(super) source: &'o Source<'o>,
    around: OnceCell<Around>,
}

impl<'o> Opening<'o> {
    pub(super) fn of(source: &'o Source<'o>) -> Self {
        Opening {
            source,
            around: OnceCell::new(),
        }
    }

    /// As its name says; a sketch with what its builder puts before it.
    pub(super) async fn first(&self, plain: Way) -> Result<Opened, (Way, Failed)> {
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

    pub(super) async fn without_bodies(
        &self,
        way: Way,
        complaint: &Complaint,
    ) -> Result<Opened, Failed> {
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
        let told = driver.told(&text, *kind, compile, &wanted, program).await;
        let (program, told) = told;
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
