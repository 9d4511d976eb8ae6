//! What went wrong, in words that every report uses.

use std::collections::BTreeMap;

use super::{Matrix, hex};
use crate::judged::Judged;
use crate::verdict::Verdict;

/// The cells that broke.
pub(super) fn broken<'a>(matrix: &Matrix<'a>) -> impl Iterator<Item = &'a Judged> + use<'a> {
    let judged = matrix.judged.iter();
    judged.filter(|judged| judged.verdict == Some(Verdict::Broken))
}

/// What is wrong with a cell that broke, a line each: the first vector that did not go as claimed.
pub(super) fn of(matrix: &Matrix<'_>, judged: &Judged) -> Vec<String> {
    let exchanges = judged.exchanges().iter();
    let triples = exchanges.zip(&judged.expected.vectors).zip(matrix.vectors);
    let unpredicted = triples
        .clone()
        .find(|((exchange, expected), _)| !expected.predicted(exchange));
    let mut unpromised =
        triples.filter(|((exchange, expected), _)| exchange.outcome != expected.promised);
    let Some(((exchange, expected), vector)) = unpredicted else {
        let first = unpromised.next();
        return first
            .map(|((exchange, expected), vector)| {
                format!(
                    "{} {}: promised {}, observed {}, as predicted",
                    vector.a, vector.b, expected.promised, exchange.outcome
                )
            })
            .into_iter()
            .collect();
    };
    let prediction = &expected.prediction;
    let mut lines = vec![format!(
        "{} {}: predicted {}, observed {}",
        vector.a, vector.b, prediction.outcome, exchange.outcome
    )];
    if exchange.outcome == prediction.outcome {
        lines.push(format!(
            "octets predicted {} / {}",
            hex(&prediction.sent),
            hex(&prediction.received)
        ));
        lines.push(format!(
            "octets observed  {} / {}",
            hex(&exchange.sent),
            hex(&exchange.received)
        ));
    }
    lines
}

/// What could not run, by reason.
pub(super) fn reasons<'a>(matrix: &Matrix<'a>) -> BTreeMap<&'a str, Vec<&'a Judged>> {
    let mut reasons: BTreeMap<&str, Vec<&Judged>> = BTreeMap::new();
    for judged in matrix.judged {
        if let Some(why) = trouble(judged) {
            reasons.entry(why).or_default().push(judged);
        }
    }
    reasons
}

/// Why a cell could not run, if it could not.
pub(super) fn trouble(judged: &Judged) -> Option<&str> {
    let incomplete = judged.verdict == Some(Verdict::CouldNotRun);
    judged
        .trouble()
        .or(incomplete.then_some("not every vector was exchanged"))
}
