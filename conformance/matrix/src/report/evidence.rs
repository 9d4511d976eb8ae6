//! What went wrong, in words that every report uses.

use kit::words::hex;
use std::collections::BTreeMap;

use super::Matrix;
use crate::expectation::Expectation;
use crate::judged::JudgedCell;
use crate::observation::Exchange;
use crate::protocol::Vector;
use crate::verdict::{CellVerdict, Due};
use kit::words::some;

/// The cells that broke.
pub(super) fn broken<'a>(matrix: &Matrix<'a>) -> impl Iterator<Item = &'a JudgedCell> + use<'a> {
    let judged = matrix.judged.iter();
    judged.filter(|judged| judged.verdict == Some(CellVerdict::Broken))
}

/// The cells that broke, those together that broke alike. In sums each cell has wrong digits of its own to tell; in a user's own protocol the causes are all there is.
pub(super) fn kinds<'a>(matrix: &Matrix<'a>) -> Vec<Vec<&'a JudgedCell>> {
    let mut kinds: Vec<Vec<&JudgedCell>> = Vec::new();
    for judged in broken(matrix) {
        let name = judged.cell.encoding.name();
        let alike = |kind: &&mut Vec<&JudgedCell>| {
            matrix.is_own()
                && kind.first().is_some_and(|first| {
                    first.cell.encoding.name() == name
                        && first.due == judged.due
                        && first.causes() == judged.causes()
                })
        };
        match kinds.iter_mut().find(alike) {
            Some(kind) => kind.push(judged),
            None => kinds.push(vec![judged]),
        }
    }
    kinds
}

/// How many cells a kind has, where it is not one: what stands before the first of them.
pub(super) fn such_as(kind: &[&JudgedCell]) -> String {
    match kind.len() {
        0 | 1 => String::new(),
        cells => format!("{}, such as ", some(cells, "cell")),
    }
}

/// What is wrong with a cell that broke, a line each: the first vector that did not go as claimed.
pub(super) fn of(matrix: &Matrix<'_>, judged: &JudgedCell) -> Vec<String> {
    if judged.due == Due::Wrong {
        let why = "every answer is right, and it is claimed to be known broken: if it is mended, take the claim back";
        return vec![why.to_owned()];
    }
    let exchanges = judged.exchanges().iter();
    let mut triples = exchanges
        .zip(&judged.expected.vectors)
        .zip(matrix.protocol.vectors());
    let unpredicted = triples.clone().find_map(|((exchange, expected), vector)| {
        let prediction = expected.prediction.as_ref()?;
        let otherwise = expected.predicted(exchange) == Some(false);
        otherwise.then_some((exchange, prediction, vector))
    });
    let Some((exchange, prediction, vector)) = unpredicted else {
        let unkept = triples.find(|((exchange, expected), _)| !expected.kept(exchange));
        return unkept
            .map(|((exchange, expected), vector)| unpromised(vector, expected, exchange, judged))
            .unwrap_or_default();
    };
    let mut lines = vec![format!(
        "{vector}: predicted {}, observed {}",
        prediction.outcome, exchange.outcome
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

/// An answer that is not what the protocol promises.
fn unpromised(
    vector: &Vector,
    expected: &Expectation,
    exchange: &Exchange,
    judged: &JudgedCell,
) -> Vec<String> {
    let (promised, observed) = (&expected.promised, &exchange.outcome);
    if expected.prediction.is_some() {
        return vec![format!(
            "{vector}: promised {promised}, observed {observed}, as predicted"
        )];
    }
    let mut lines = vec![
        format!("{vector}: promised {promised}, observed {observed}"),
        format!(
            "octets {} / {}",
            hex(&exchange.sent),
            hex(&exchange.received)
        ),
    ];
    if let [first, others @ ..] = judged.causes() {
        let others = others.iter().map(|cause| format!(", {cause}"));
        lines.push(format!(
            "likely because of {first}{}",
            others.collect::<String>()
        ));
    }
    lines
}

/// What could not run, by reason.
pub(super) fn reasons<'a>(matrix: &Matrix<'a>) -> BTreeMap<&'a str, Vec<&'a JudgedCell>> {
    let mut reasons: BTreeMap<&str, Vec<&JudgedCell>> = BTreeMap::new();
    for judged in matrix.judged {
        if let Some(why) = trouble(judged) {
            reasons.entry(why).or_default().push(judged);
        }
    }
    reasons
}

/// Why a cell could not run, if it could not.
pub(super) fn trouble(judged: &JudgedCell) -> Option<&str> {
    let incomplete = judged.verdict == Some(CellVerdict::CouldNotRun);
    judged
        .trouble()
        .or(incomplete.then_some("not every vector was exchanged"))
}
