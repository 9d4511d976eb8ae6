//! Reads what `crossum matrix --json` or `crossum predict --json` wrote before: of each cell who, in which encoding, and what became of it. The rest, which is most of it, is skipped and not kept.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::Context as _;
use layout::Abis;
use serde::Deserialize;

use matrix::participant::ParticipantId;
use matrix::portability::{CellResult, Kind};
use matrix::summary::Summary;
use matrix::verdict::CellVerdict;

#[derive(Deserialize)]
struct Report {
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// A cell of an earlier run.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Cell {
    /// The server's name.
    pub server: String,
    /// The client's name.
    pub client: String,
    /// The encoding's name.
    pub encoding: String,
    verdict: Option<String>,
    result: Option<String>,
}

const FORMATS: [&str; 2] = ["crossum-matrix", "crossum-prediction"];
const VERSION: u32 = 1;

/// Reads a report.
///
/// # Errors
/// It cannot be read, is cut short, or is something else.
pub fn read(file: &Path) -> anyhow::Result<Vec<Cell>> {
    let opened = || {
        let failed = || format!("cannot read {}", file.display());
        File::open(file).map(BufReader::new).with_context(failed)
    };
    let wanted = || {
        format!(
            "{}: a report of `crossum matrix --json` was expected",
            file.display()
        )
    };
    let head: Head = serde_json::from_reader(opened()?).with_context(wanted)?;
    anyhow::ensure!(
        FORMATS.contains(&head.format.as_str()),
        "{}, and its format is `{}`",
        wanted(),
        head.format
    );
    anyhow::ensure!(
        head.version == VERSION,
        "{}: its version is {}, and this crossum reads version {VERSION}",
        file.display(),
        head.version
    );
    let report: Report = serde_json::from_reader(opened()?).with_context(wanted)?;
    Ok(report.cells)
}

impl Cell {
    /// What became of it; `None` where its participants are of targets that are not known here.
    pub fn seen(&self, abis: &Abis) -> Option<CellResult> {
        let kind = |id: &str| Kind::of_target(abis, &id.parse::<ParticipantId>().ok()?.target);
        let is = |verdict: CellVerdict| self.verdict.as_deref() == Some(verdict.name());
        let result = self.result.as_deref();
        Some(CellResult {
            between: (kind(&self.server)?, kind(&self.client)?),
            correct: result.map(|result| result == Summary::Correct.name()),
            broken: is(CellVerdict::Broken),
            could_not_run: is(CellVerdict::CouldNotRun),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<Vec<Cell>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r.json");
        std::fs::write(&file, text).unwrap();
        let told = |error| format!("{error:#}").replace(&file.display().to_string(), "r.json");
        read(&file).map_err(told)
    }

    const CELL: &str = r#"{"server": "rust@s390x-unknown-linux-gnu", "client": "c-gcc@i686-unknown-linux-gnu", "encoding": "xdr", "verdict": "held", "result": "correct", "vectors": [{"a": 1}]}"#;

    #[test]
    fn of_a_report_the_cells_are_read() {
        let text = format!(
            r#"{{"format": "crossum-matrix", "version": 1, "more": [1], "cells": [{CELL}]}}"#
        );
        let cells = told(&text).unwrap();
        let seen = cells[0].seen(Abis::builtin()).unwrap();
        assert_eq!(
            (seen.between.0.to_string(), seen.between.1.to_string()),
            ("BE64".to_owned(), "LE32".to_owned())
        );
        assert_eq!((seen.correct, seen.broken), (Some(true), false));
        let other = Cell {
            server: "rust@pdp11".to_owned(),
            ..told(&text).unwrap().remove(0)
        };
        assert_eq!(other.seen(Abis::builtin()), None);
    }

    #[test]
    fn what_is_no_such_report_is_refused_with_what_it_is() {
        for (text, expected) in [
            (
                r#"{"format": "crossum-check", "version": 1}"#,
                "r.json: a report of `crossum matrix --json` was expected, and its format is `crossum-check`",
            ),
            (
                r#"{"format": "crossum-matrix", "version": 2, "cells": []}"#,
                "r.json: its version is 2, and this crossum reads version 1",
            ),
            (
                r#"{"format": "crossum-matrix", "version": 1, "cells": [{"#,
                "r.json: a report of `crossum matrix --json` was expected: EOF",
            ),
            (
                "[]",
                "r.json: a report of `crossum matrix --json` was expected: ",
            ),
            (
                "",
                "r.json: a report of `crossum matrix --json` was expected: EOF",
            ),
        ] {
            let refused = told(text).unwrap_err();
            assert!(refused.starts_with(expected), "{text}: {refused}");
        }
        assert!(read(Path::new("/no/such/report.json")).is_err());
    }
}
