//! Reading a report again: a file that is not one, is of a newer version or was cut short is told as such.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::error::Category;

/// The version of every document that this program writes and reads.
pub const VERSION: u32 = 1;

/// Larger files are not read. The full matrix is 81 MB.
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

/// What every report of crossum begins with.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u64>,
}

impl SavedReport {
    /// Reads a file.
    ///
    /// # Errors
    /// It is not there, is too large, or is not text.
    pub fn read(path: &Path) -> Result<SavedReport, Unreadable> {
        let unreadable = |why: String| Unreadable {
            path: path.to_owned(),
            why,
        };
        let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let mut text = String::new();
        let read = file.take(MAX_REPORT + 1).read_to_string(&mut text);
        let read = read.map_err(|error| unreadable(error.to_string()))?;
        if u64::try_from(read).is_ok_and(|read| read > MAX_REPORT) {
            let why = format!("it has more than {MAX_REPORT} octets, too many for a report");
            return Err(unreadable(why));
        }
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
    /// It is none, it was cut short, or it is of a newer version than this program knows.
    pub fn format(&self) -> Result<String, Unreadable> {
        let head: Head = serde_json::from_str(&self.text).map_err(|error| self.misread(&error))?;
        let Some(format) = head.format.filter(|format| format.starts_with("crossum-")) else {
            return Err(self.unreadable(
                "it is JSON, but no report of crossum: its `format` is not one of `crossum-...`",
            ));
        };
        match head.version {
            Some(version) if version == u64::from(VERSION) => Ok(format),
            Some(version) if version > u64::from(VERSION) => Err(self.unreadable(&format!(
                "it is a `{format}` of version {version}, and this crossum knows version {VERSION}: use the crossum that wrote it, or a newer one"
            ))),
            _ => Err(self.unreadable(&format!("it is a `{format}` without a version that there is"))),
        }
    }

    /// The document in it, which must be of one of these formats: `expected` is the one that is named to the user, with the command that writes it.
    ///
    /// # Errors
    /// As [`SavedReport::format`]; it is another kind of report; or it has not the fields of one.
    pub fn parse<'a, D: Deserialize<'a>>(
        &'a self,
        formats: &[&str],
        expected: &str,
        command: &str,
    ) -> Result<D, Unreadable> {
        let format = self.format()?;
        if !formats.contains(&format.as_str()) {
            return Err(self.unreadable(&format!(
                "it is a `{format}`, and a `{expected}` was expected: `{command}` writes one"
            )));
        }
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
