//! How each file was read: of the machine-readable report, and in words.

use std::fmt::{self, Write as _};

use input::reading::source::Here;
use input::source::opened::Note;
use input::source::{Compile, Kind};
use serde::Serialize;

/// A file that was given.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InputRow {
    /// As it was given.
    file: String,
    /// In which language it was read; null where it was not.
    language: Option<&'static str>,
    /// The command of this machine's compiler, with what was for that one alone; empty of an object.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    compiler: Vec<String>,
    /// The options that every machine's compiler was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<String>,
    /// What was done that nobody had asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    /// Why it was not read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl InputRow {
    /// Of a source.
    pub fn source(
        name: &str,
        kind: Kind,
        here: &Here,
        compile: &Compile,
        notes: &[Note],
    ) -> InputRow {
        let words = here.compiler.iter();
        InputRow {
            file: name.to_owned(),
            language: Some(kind.language()),
            compiler: words
                .map(|word| word.to_string_lossy().into_owned())
                .collect(),
            options: compile.flags.of_text().map(str::to_owned).collect(),
            notes: notes.iter().map(ToString::to_string).collect(),
            error: None,
        }
    }

    /// Of an object file.
    pub fn object(name: &str, notes: Vec<String>) -> InputRow {
        InputRow {
            file: name.to_owned(),
            language: Some(Kind::Binary.language()),
            notes,
            ..InputRow::default()
        }
    }

    /// Of a crate, with what is to be said about it.
    pub fn of_crate(name: &str, notes: Vec<String>) -> InputRow {
        InputRow {
            file: name.to_owned(),
            language: Some("Rust"),
            notes,
            ..InputRow::default()
        }
    }

    /// Of one that was not read.
    pub fn refused(name: &str, error: String) -> InputRow {
        InputRow {
            file: name.to_owned(),
            error: Some(error),
            ..InputRow::default()
        }
    }

    /// What was done that nobody had asked for, and where debug information was found.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Writes what nobody had asked for, a line each.
    ///
    /// # Errors
    /// The writer's.
    pub fn write(&self, text: &mut String) -> fmt::Result {
        for note in &self.notes {
            writeln!(text, "{}: {note}", self.file)?;
        }
        Ok(())
    }
}
