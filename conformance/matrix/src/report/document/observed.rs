//! From a document's rows back to what was observed.

use serde_json::Value;

use super::{OutcomeRow, ReportedCell, Word};
use crate::observation::{Exchange, Observation};
use crate::outcome::{Outcome, Short};
use crate::protocol::Vector;

/// A fact as the participant said it.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What was observed of a cell.
pub(crate) fn observation(
    cell: &ReportedCell<'_>,
    vectors: &[Vector],
) -> Result<Observation, String> {
    match cell.verdict() {
        None => return Err("it has no verdict".to_owned()),
        Some("unsupported") => return Ok(Observation::Unsupported),
        Some(_) => {}
    }
    if let Some(why) = &cell.story.why {
        return Ok(Observation::CouldNotRun(why.to_string()));
    }
    let rows = cell.vectors();
    if rows.len() != vectors.len() {
        let (has, wants) = (rows.len(), vectors.len());
        return Err(format!("it has {has} vectors where {wants} were expected"));
    }
    let mut exchanges = Vec::with_capacity(vectors.len());
    for (row, vector) in rows.into_iter().zip(vectors) {
        let request = row.request.as_ref().map(Word::as_str);
        let same = (row.a, row.b, request)
            == (
                vector.number("a"),
                vector.number("b"),
                vector.words("request"),
            );
        if !same {
            return Err(format!(
                "it has the vector {} where {vector} was expected",
                row.asked()
            ));
        }
        // Those after the last exchange were not observed.
        let Some(observed) = &row.observed else {
            break;
        };
        exchanges.push(Exchange {
            outcome: outcome(observed),
            sent: octets(row.sent.as_str())?,
            received: octets(row.received.as_str())?,
        });
    }
    Ok(Observation::Ran(exchanges.into()))
}

/// An outcome.
pub(crate) fn outcome(row: &OutcomeRow<'_>) -> Outcome {
    match row {
        OutcomeRow::Sum { sum } => Outcome::Sum(*sum),
        OutcomeRow::Reply { reply } => Outcome::Reply(reply.to_string()),
        OutcomeRow::Refused { why } => Outcome::Refused(why.to_string()),
        OutcomeRow::Starved { got, want } => {
            Outcome::Starved(got.zip(*want).map(|(got, want)| Short { got, want }))
        }
        OutcomeRow::Closed => Outcome::Closed,
        OutcomeRow::Died { how } => Outcome::Died(how.to_string()),
        OutcomeRow::Garbled => Outcome::Garbled,
        OutcomeRow::Unrepresentable => Outcome::Unrepresentable,
        OutcomeRow::Unsupported => Outcome::Unsupported,
    }
}

fn octets(hex: &str) -> Result<Vec<u8>, String> {
    kit::words::octets(hex).ok_or_else(|| format!("`{hex}` is not octets in hexadecimal"))
}
