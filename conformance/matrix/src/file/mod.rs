//! The file of a user's own participants (`participants.toml`; PARTICIPANTS.md), read: programs in any language, how they are built and started, and the protocol that they speak, where it is their own. Whatever is wrong in it is reported with its line.

mod participant;
mod protocol;
mod rows;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use layout::Abis;
use toml::Spanned;

use crate::participant::command::{Builtin, Command, Wrong};

use crate::own::{Declaration, Question};
use crate::participant::Implementation;
use kit::fingerprint::Fingerprint;
use rows::Written;

/// What is in a file of participants.
#[derive(Debug)]
pub struct File {
    /// Where it is.
    pub path: PathBuf,
    /// The participants.
    pub implementations: Vec<Arc<Implementation>>,
    /// Their encodings; none where they implement those of PROTOCOL.md.
    pub encodings: Vec<Declaration>,
    /// What is asked in each cell.
    pub vectors: Vec<Question>,
    /// A fingerprint of the text.
    pub fingerprint: String,
    /// The text, for who reads a table of its own in it.
    pub text: String,
}

/// A file that cannot be used, and why.
#[derive(Debug, thiserror::Error)]
#[error("{}{}: {why}", .path.display(), .line.map_or(String::new(), |line| format!(":{line}")))]
pub struct Unreadable {
    path: PathBuf,
    line: Option<usize>,
    why: String,
}

/// A file larger than this is none that somebody wrote.
const LARGEST: u64 = 1 << 20;

impl File {
    /// Reads a file; the facts that its claims depend on are those of these ABIs.
    ///
    /// # Errors
    /// It is not there, is too large, is not TOML, or says something that cannot be: with the line.
    pub fn read(path: &Path, abis: &Abis) -> Result<File, Unreadable> {
        let unreadable = |why: String| Unreadable {
            path: path.to_owned(),
            line: None,
            why,
        };
        let size = std::fs::metadata(path).map(|data| data.len());
        if size.map_err(|error| unreadable(error.to_string()))? > LARGEST {
            return Err(unreadable(format!("it has more than {LARGEST} octets")));
        }
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| unreadable(error.to_string()))?;
        // A bare file name has the empty path for a folder.
        let folder = std::path::absolute(path).map_err(|error| unreadable(error.to_string()))?;
        let folder = folder.parent().unwrap_or(Path::new("/")).to_owned();
        parse(path, folder, &text, abis)
    }

    /// Whether its participants speak a protocol of their own.
    pub fn has_protocol(&self) -> bool {
        !self.encodings.is_empty()
    }
}

fn parse(path: &Path, folder: PathBuf, text: &str, abis: &Abis) -> Result<File, Unreadable> {
    let reader = Reader { path, text, abis };
    let written: Written = toml::from_str(text).map_err(|error| Unreadable {
        path: path.to_owned(),
        line: error.span().map(|span| line(text, &span)),
        why: error.message().to_owned(),
    })?;
    let variables = reader.variables(&written.variables)?;
    let encodings = reader.encodings(&written.encoding)?;
    let vectors = reader.vectors(&written.vector, !encodings.is_empty())?;
    let mut implementations: Vec<Arc<Implementation>> = Vec::new();
    for row in written.participant {
        let name = row.name.clone();
        let implementation = reader.participant(row, &folder, &variables, &encodings)?;
        if implementations
            .iter()
            .any(|other| other.name == implementation.name)
        {
            return reader.wrong(
                &name,
                format!("there is a participant `{}` already", name.get_ref()),
            );
        }
        implementations.push(Arc::new(implementation));
    }
    if implementations.is_empty() {
        return reader.lacks("it has no [[participant]]: PARTICIPANTS.md says what one is");
    }
    implementations.sort_by(|a, b| a.name.cmp(&b.name));
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(text);
    Ok(File {
        path: path.to_owned(),
        implementations,
        encodings,
        vectors,
        fingerprint: fingerprint.to_string(),
        text: text.to_owned(),
    })
}

/// The line, from 1, in which a span of octets begins.
fn line(text: &str, span: &Range<usize>) -> usize {
    let before = text.as_bytes().get(..span.start).unwrap_or_default();
    1 + before.iter().filter(|octet| **octet == b'\n').count()
}

/// A text, to say where in it something is wrong.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    abis: &'a Abis,
}

impl Reader<'_> {
    fn line<U>(&self, at: &Spanned<U>) -> usize {
        line(self.text, &at.span())
    }

    /// What is missing in the whole file has no line.
    fn lacks<T>(&self, why: &str) -> Result<T, Unreadable> {
        Err(Unreadable {
            path: self.path.to_owned(),
            line: None,
            why: why.to_owned(),
        })
    }

    fn wrong<T, U>(&self, at: &Spanned<U>, why: impl Into<String>) -> Result<T, Unreadable> {
        Err(Unreadable {
            path: self.path.to_owned(),
            line: Some(self.line(at)),
            why: why.into(),
        })
    }

    /// A name that can stand in a line of the contract, and beside an `@`.
    fn name(&self, name: &Spanned<String>) -> Result<String, Unreadable> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
        let text = name.get_ref();
        if text.is_empty() || !text.chars().all(is_plain) {
            return self.wrong(
                name,
                format!("`{text}` is no name: letters, digits and -_.+ make one"),
            );
        }
        Ok(text.clone())
    }

    fn variables(
        &self,
        written: &BTreeMap<String, Spanned<String>>,
    ) -> Result<BTreeMap<String, String>, Unreadable> {
        let plain: BTreeMap<String, String> = written
            .iter()
            .map(|(name, value)| (name.clone(), value.get_ref().clone()))
            .collect();
        for (name, value) in written {
            if Builtin::is_taken(name) {
                return self.wrong(value, format!("the variable `{name}` is there already"));
            }
            // Found where it is written, though no command needs it.
            match Command::read(&format!("{{{name}}}"), &plain) {
                Ok(_) | Err(Wrong::Empty) => {}
                Err(wrong) => return self.wrong(value, wrong.to_string()),
            }
        }
        Ok(plain)
    }

    /// A command, in which besides the target's variables only these may be.
    fn command(
        &self,
        text: &Spanned<String>,
        variables: &BTreeMap<String, String>,
        allowed: &[Builtin],
    ) -> Result<Command, Unreadable> {
        let command = match Command::read(text.get_ref(), variables) {
            Ok(command) => command,
            Err(wrong) => return self.wrong(text, wrong.to_string()),
        };
        let strange = |builtin: &Builtin| !builtin.is_of_target() && !allowed.contains(builtin);
        let found = command.builtins().find(strange);
        match found {
            Some(builtin) => self.wrong(text, format!("{builtin} has no value in this command")),
            None => Ok(command),
        }
    }
}

#[cfg(test)]
mod tests;
