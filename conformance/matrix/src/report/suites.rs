//! A matrix as suites of cases: a suite an encoding, a case a cell. Cells that there is nothing to run in are one case a server: they are half of the matrix.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Matrix, evidence};
use crate::judged::JudgedCell;
use crate::protocol::Encoding;
use crate::verdict::CellVerdict;
use kit::junit::{Case, CaseOutcome, Detail, Suite};

/// The suites of a matrix.
pub fn of(matrix: &Matrix<'_>) -> Vec<Suite> {
    let suite = |encoding: &Arc<dyn Encoding>| {
        let name = encoding.name();
        let of_it = matrix
            .judged
            .iter()
            .filter(|judged| judged.cell.encoding.name() == name);
        let mut unsupported: BTreeMap<String, usize> = BTreeMap::new();
        let mut cases = Vec::new();
        for judged in of_it {
            match outcome(matrix, judged) {
                Some(outcome) => cases.push(Case {
                    class: format!("{name}.{}", judged.cell.server.id),
                    name: format!("{} asks", judged.cell.client.id),
                    outcome,
                }),
                None => {
                    *unsupported
                        .entry(judged.cell.server.id.to_string())
                        .or_default() += 1
                }
            }
        }
        cases.extend(unsupported.into_iter().map(|(server, clients)| Case {
            class: format!("{name}.{server}"),
            name: "unsupported".to_owned(),
            outcome: CaseOutcome::Skipped(format!(
                "it, or who asks, does not implement {name}: {clients} cells"
            )),
        }));
        Suite {
            name: name.to_owned(),
            seconds: None,
            cases,
        }
    };
    matrix.encodings.iter().map(suite).collect()
}

/// `None` where one end does not implement the encoding.
fn outcome(matrix: &Matrix<'_>, judged: &JudgedCell) -> Option<CaseOutcome> {
    match judged.verdict? {
        CellVerdict::Held => Some(CaseOutcome::Passed),
        CellVerdict::Unsupported => None,
        CellVerdict::Broken => {
            let mut lines = evidence::of(matrix, judged);
            let message = lines.first().cloned().unwrap_or_default();
            lines.push(format!("again: {}", matrix.rerun(&judged.cell)));
            Some(CaseOutcome::Failed(Detail {
                message,
                text: lines.join("\n"),
            }))
        }
        CellVerdict::CouldNotRun => {
            let why = evidence::trouble(judged).unwrap_or_default();
            Some(CaseOutcome::Error(Detail {
                message: why.lines().next().unwrap_or_default().to_owned(),
                text: format!("{why}\nagain: {}", matrix.rerun(&judged.cell)),
            }))
        }
    }
}
