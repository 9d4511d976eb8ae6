//! SARIF 2.1.0 (OASIS) of a matrix, for code scanning: the cells that broke, and those that could not run.

use std::collections::BTreeMap;

use kit::sarif::{Found, Level, Location, Log, LogicalLocation, Place, Rule};

use super::{Matrix, evidence};
use crate::judged::JudgedCell;

/// GitHub takes 25,000 results of a run; what is left out is said.
const MAX_RESULTS: usize = 20_000;

/// One run with a result for each such cell.
pub fn document(matrix: &Matrix<'_>) -> Log {
    let (claimed, more) = match matrix.is_own() {
        true => (
            "What is claimed of an encoding, and between which machines, is in its row of the file of participants.",
            "`--html` has each of its exchanges, octet by octet.",
        ),
        false => (
            "Text and explicit encodings are claimed to be correct between any two machines, raw structs to do exactly what the model of the two ABIs predicts.",
            "`crossum explain` says octet by octet what was expected.",
        ),
    };
    let rules = vec![
        Rule {
            id: "cell-broken",
            short_description: "a cell did not do what is claimed of it".into(),
            full_description: claimed.into(),
            help: format!("Run the cell again by itself with the command in the message; {more}")
                .into(),
        },
        Rule {
            id: "cell-could-not-run",
            short_description: "a cell could not run".into(),
            full_description: "Nothing is known of it, which is no pass.".into(),
            help: "`crossum doctor` says what is missing, and `crossum setup` brings it.".into(),
        },
    ];
    let broken = evidence::broken(matrix).map(|judged| {
        let mut lines = vec![format!("{} did not go as claimed.", judged.cell)];
        lines.extend(evidence::of(matrix, judged));
        lines.push(format!("Again: {}", matrix.rerun(&judged.cell)));
        result("cell-broken", matrix, judged, &lines.join("\n"))
    });
    let could_not_run = matrix.judged.iter().filter_map(|judged| {
        let why = evidence::trouble(judged)?;
        let text = format!("{} could not run: {why}", judged.cell);
        Some(result("cell-could-not-run", matrix, judged, &text))
    });
    let mut results: Vec<_> = broken.chain(could_not_run).collect();
    let left_out = results.len().saturating_sub(MAX_RESULTS);
    results.truncate(MAX_RESULTS);
    let log = Log::new(rules, results);
    match left_out {
        0 => log,
        left_out => log.noting(format!("{left_out} more results were left out")),
    }
}

fn result(rule: &'static str, matrix: &Matrix<'_>, judged: &JudgedCell, text: &str) -> Found {
    let cell = &judged.cell;
    // The line that claims something, where one does; else no line is to blame for a cell, and the table that says who takes part is where its ends are named.
    let file = match matrix.file {
        Some(file) => file.display().to_string(),
        None => "conformance/matrix/participants.toml".to_owned(),
    };
    let line = u64::try_from(cell.encoding.claimed_at()).unwrap_or_default();
    let name = format!(
        "{}/{}/{}",
        cell.encoding.name(),
        cell.server.id,
        cell.client.id
    );
    Found {
        rule_id: rule,
        level: Level::Error,
        message: text.into(),
        locations: vec![Location {
            physical_location: Place::new(file, line),
            logical_locations: vec![LogicalLocation::FullyQualifiedName(name.clone())],
        }],
        // What makes it the same result in the next run, whatever its numbers are.
        fixes: Vec::new(),
        partial_fingerprints: BTreeMap::from([("crossumCell/v1", format!("{rule}/{name}"))]),
    }
}
