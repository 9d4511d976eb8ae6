//! What `crossum matrix --json` or `crossum predict --json` wrote before: of each cell who, in which encoding, and what became of it. The rest is left where it is.

use kit::saved_report::{SavedReport, Unreadable};
use layout::Abis;

use matrix::participant::ParticipantId;
use matrix::portability::{CellResult, Kind};
use matrix::report::MatrixDocument;
use matrix::summary::Summary;
use matrix::verdict::CellVerdict;

/// A cell of an earlier run.
#[derive(Debug, PartialEq, Eq)]
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

/// The cells of a report.
///
/// # Errors
/// It is cut short, or something else.
pub fn read(report: &SavedReport) -> Result<Vec<Cell>, Unreadable> {
    let document = MatrixDocument::read_from(report)?;
    let cells = document.reported().map(|cell| Cell {
        server: cell.server.to_owned(),
        client: cell.client.to_owned(),
        encoding: cell.encoding().to_owned(),
        verdict: cell.verdict().map(str::to_owned),
        result: cell.result().map(str::to_owned),
    });
    Ok(cells.collect())
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

    fn cells(text: &str) -> Result<Vec<Cell>, String> {
        let report = SavedReport::of("r.json", text.to_owned());
        read(&report).map_err(|error| error.to_string())
    }

    const REPORT: &str = r#"{"format": "crossum-matrix", "version": 2, "vectors": 1, "more": [1], "rerun": "",
        "participants": [
            {"id": "rust@s390x-unknown-linux-gnu", "implementation": "rust", "target": "s390x-unknown-linux-gnu", "abi": "s390x-sysv", "roles": []},
            {"id": "c-gcc@i686-unknown-linux-gnu", "implementation": "c-gcc", "target": "i686-unknown-linux-gnu", "abi": "i386-sysv", "roles": []}],
        "exchanges": [],
        "stories": [{"encoding": "xdr", "family": "explicit", "verdict": "held", "result": "correct", "causes": [], "exchanges": []}],
        "cells": [{"server": 0, "client": 1, "story": 0}],
        "summary": {"participants": 2, "targets": 2, "big_endian_targets": 1, "cells": 1, "vectors": 0, "predicted_equals_observed": 0,
            "mismatched": 0, "unsupported": 0, "could_not_run": 0, "by_encoding": {}, "claims": []}}"#;

    #[test]
    fn of_a_report_the_cells_are_read() {
        let seen = cells(REPORT).unwrap()[0].seen(Abis::builtin()).unwrap();
        assert_eq!(
            (seen.between.0.to_string(), seen.between.1.to_string()),
            ("BE64".to_owned(), "LE32".to_owned())
        );
        assert_eq!((seen.correct, seen.broken), (Some(true), false));
        let other = Cell {
            server: "rust@pdp11".to_owned(),
            ..cells(REPORT).unwrap().remove(0)
        };
        assert_eq!(other.seen(Abis::builtin()), None);
    }

    #[test]
    fn what_is_no_such_report_is_refused_with_what_it_is() {
        for (text, expected) in [
            (
                r#"{"format": "crossum-check", "version": 1}"#,
                "r.json: it is a `crossum-check`, and a `crossum-matrix` was expected: `crossum matrix --json` writes one",
            ),
            (
                r#"{"format": "crossum-matrix", "version": 1, "cells": [{"server": 1}]}"#,
                "r.json: it has not the fields of a report of crossum: ",
            ),
        ] {
            let refused = cells(text).unwrap_err();
            assert!(refused.starts_with(expected), "{text}: {refused}");
        }
    }
}
