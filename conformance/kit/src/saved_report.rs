//! Reading a report again: a file that is not one, is of a newer version or was cut short is told as such.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::error::Category;

use crate::packing::read_text;

/// The version of every document that this program writes and reads, where its own type says no other.
pub const VERSION: u32 = 1;

/// Larger files are not read, however they are packed. The full matrix in format 1 is 100 MB.
const MAX_REPORT: u64 = 1 << 30;

/// The text of a report, which its document borrows from.
pub struct SavedReport {
    path: PathBuf,
    text: String,
}

/// A report that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why}", .path.display())]
pub struct Unreadable {
    path: PathBuf,
    why: String,
}

/// What a reader of reports can read.
#[derive(Clone, Copy, Debug)]
pub struct Readable<'a> {
    /// The formats.
    pub formats: &'a [&'a str],
    /// The newest version of them; all before it are read, too.
    pub newest: u32,
    /// The format that is named to the user, and the command that writes it.
    pub named: (&'a str, &'a str),
}

/// What every report of crossum begins with.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

impl SavedReport {
    /// Reads a file, which may be packed.
    ///
    /// # Errors
    /// It is not there, cannot be unpacked, is too large, or is not text.
    pub fn read(path: &Path) -> Result<SavedReport, Unreadable> {
        let unreadable = |why: String| Unreadable {
            path: path.to_owned(),
            why,
        };
        let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let text = read_text(BufReader::new(file), MAX_REPORT).map_err(unreadable)?;
        Ok(SavedReport {
            path: path.to_owned(),
            text,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which kind of report it is.
    ///
    /// # Errors
    /// It is none, or it was cut short.
    pub fn format(&self) -> Result<String, Unreadable> {
        Ok(self.head()?.0)
    }

    /// Its format and the version that it says that it has.
    fn head(&self) -> Result<(String, Option<u64>), Unreadable> {
        let head: Head = serde_json::from_str(&self.text).map_err(|error| self.misread(&error))?;
        let Some(format) = head.format.filter(|format| format.starts_with("crossum-")) else {
            return Err(self.unreadable(
                "it is JSON, but no report of crossum: its `format` is not one of `crossum-...`",
            ));
        };
        Ok((format, head.version))
    }

    /// Which version of these formats it is, from 1 to the newest.
    ///
    /// # Errors
    /// As [`SavedReport::format`]; it is another kind of report, or of a newer version than this program knows.
    pub fn version(&self, readable: &Readable<'_>) -> Result<u32, Unreadable> {
        let (format, version) = self.head()?;
        let (expected, command) = readable.named;
        if !readable.formats.contains(&format.as_str()) {
            return Err(self.unreadable(&format!(
                "it is a `{format}`, and a `{expected}` was expected: `{command}` writes one"
            )));
        }
        let newest = readable.newest;
        match version.map(u32::try_from) {
            Some(Ok(version)) if (1..=newest).contains(&version) => Ok(version),
            None | Some(Ok(0)) => {
                Err(self.unreadable(&format!("it is a `{format}` without a version that there is")))
            }
            Some(_) => Err(self.unreadable(&format!(
                "it is a `{format}` of version {}, and this crossum knows version {newest}: use the crossum that wrote it, or a newer one",
                version.unwrap_or_default()
            ))),
        }
    }

    /// The document in it, which must be of one of these formats, of version 1: `expected` is the one that is named to the user, with the command that writes it.
    ///
    /// # Errors
    /// As [`SavedReport::version`], or it has not the fields of one.
    pub fn parse<'a, D: Deserialize<'a>>(
        &'a self,
        formats: &[&str],
        expected: &str,
        command: &str,
    ) -> Result<D, Unreadable> {
        self.version(&Readable {
            formats,
            newest: VERSION,
            named: (expected, command),
        })?;
        self.document()
    }

    /// The document in it, whose version is known.
    ///
    /// # Errors
    /// It has not the fields of one.
    pub fn document<'a, D: Deserialize<'a>>(&'a self) -> Result<D, Unreadable> {
        serde_json::from_str(&self.text).map_err(|error| self.misread(&error))
    }

    /// This file cannot be used, and why.
    pub fn unreadable(&self, why: &str) -> Unreadable {
        Unreadable {
            path: self.path.clone(),
            why: why.to_owned(),
        }
    }

    /// A report that is not in a file yet.
    pub fn of(path: &str, text: String) -> SavedReport {
        SavedReport {
            path: path.into(),
            text,
        }
    }

    fn misread(&self, error: &serde_json::Error) -> Unreadable {
        let what = match error.classify() {
            Category::Eof => "it was cut short",
            Category::Syntax | Category::Io => "it is not JSON",
            Category::Data => "it has not the fields of a report of crossum",
        };
        self.unreadable(&format!("{what}: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Matrix {
        #[expect(dead_code, reason = "only its absence is looked at")]
        vectors: Vec<u8>,
    }

    #[test]
    fn what_cannot_be_read_is_told_as_what_it_is() {
        for (given, expected) in [
            ("", "r.json: it was cut short: EOF"),
            (
                "{\"format\":\"crossum-matrix\",\"version\":1,\"cells\":[{",
                "it was cut short",
            ),
            ("<xml/>", "it is not JSON"),
            (
                "{\"format\":\"junit\",\"version\":1}",
                "no report of crossum",
            ),
            ("{}", "no report of crossum"),
            (
                "{\"format\":\"crossum-matrix\",\"version\":2}",
                "of version 2, and this crossum knows version 1",
            ),
            ("{\"format\":\"crossum-matrix\"}", "without a version"),
            (
                "{\"format\":\"crossum-faults\",\"version\":1}",
                "it is a `crossum-faults`, and a `crossum-matrix` was expected",
            ),
            (
                "{\"format\":\"crossum-matrix\",\"version\":1}",
                "missing field `vectors`",
            ),
        ] {
            let report = SavedReport::of("r.json", given.to_owned());
            let read = report.parse::<Matrix>(
                &["crossum-matrix", "crossum-prediction"],
                "crossum-matrix",
                "crossum matrix --json",
            );
            let error = read.unwrap_err().to_string();
            assert!(error.contains(expected), "{given}: {error}");
        }
    }
}
