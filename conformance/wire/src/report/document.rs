//! The machine-readable report on octets that were read. Fields may be added; those that are here keep their meaning.

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Reading;
use crate::form::{Cell, Forms};
use crate::guess::{Certainty, Evidence, Guess};
use crate::value::{self, Value};

/// Octets that were read, and who can have written them.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DecodeDocument {
    format: &'static str,
    version: u32,
    dump: String,
    #[serde(rename = "type")]
    name: String,
    declared: Option<String>,
    /// As which machines' it was read; null where nothing fits.
    read_as: Option<ReadAs>,
    records: Vec<RecordRow>,
    /// Why no program of these machines has written it, where something in it says so: it is another type's, or another machine's.
    contradiction: Option<String>,
    /// Who can have written it; null where that was said.
    guess: Option<GuessRow>,
    /// Where the type has no known layout.
    undecided: Vec<UndecidedRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ReadAs {
    machines: Vec<String>,
    /// Of the type, in octets.
    size: u64,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RecordRow {
    /// Where it begins in the dump, in octets.
    octet: u64,
    fields: Vec<FieldRow>,
    padding: Vec<PaddingRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FieldRow {
    path: String,
    bit_offset: u64,
    /// Of one element.
    bit_size: u64,
    #[serde(rename = "type")]
    type_name: String,
    octets: String,
    /// An integer, a number, text, or a list of such. What is no JSON number is text: not a number, infinities, integers of more than 64 bits.
    value: Json,
    /// Its enumerator.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// What it is in UTC, where it counts seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PaddingRow {
    bit_offset: u64,
    bit_size: u64,
    octets: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GuessRow {
    /// `only`, `clear`, `likely`, `open` (several fit alike) or `none`.
    certainty: &'static str,
    /// The likeliest first.
    candidates: Vec<CandidateRow>,
    excluded: Vec<ExcludedRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CandidateRow {
    machines: Vec<String>,
    size: u64,
    records: usize,
    /// What it takes to write down what is read so.
    bits: f64,
    evidence: Vec<String>,
    /// What the likeliest reads otherwise; left out of that one itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<DiffersRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DiffersRow {
    /// How many bits more.
    bits: f64,
    /// The value whose readings differ most, in the first record where they do.
    path: Option<String>,
    value: Option<String>,
    likeliest_value: Option<String>,
    /// The octet of a record that tells the two apart.
    octet: Option<u64>,
    /// What it is here, and what it is to the likeliest.
    octet_is: Option<String>,
    likeliest_octet_is: Option<String>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ExcludedRow {
    machines: Vec<String>,
    why: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UndecidedRow {
    why: String,
    targets: Vec<String>,
}

impl DecodeDocument {
    /// Of records, where any were read, and of a guess, where one was made.
    pub fn of(
        dump: &str,
        forms: &Forms,
        reading: Option<&Reading<'_>>,
        contradiction: Option<String>,
        guess: Option<&Guess<'_>>,
    ) -> DecodeDocument {
        let records = reading.into_iter().flat_map(|reading| {
            let records = reading.records.iter();
            records.map(|(at, octets)| record(reading, *at, octets))
        });
        let undecided = forms.unknown.iter().map(|(why, targets)| UndecidedRow {
            why: why.clone(),
            targets: targets.clone(),
        });
        DecodeDocument {
            format: "crossum-decode",
            version: 1,
            dump: dump.to_owned(),
            name: forms.name.clone(),
            declared: forms.declared.clone(),
            read_as: reading.map(|reading| ReadAs {
                machines: reading.form.machines.clone(),
                size: reading.form.size,
            }),
            records: records.collect(),
            contradiction,
            guess: guess.map(guess_row),
            undecided: undecided.collect(),
        }
    }
}

fn record(reading: &Reading<'_>, at: u64, octets: &[u8]) -> RecordRow {
    let fields = reading
        .form
        .cells
        .iter()
        .filter(|cell| cell.elements != Some(0));
    let padding = reading.form.padding.iter().map(|hole| {
        let end = hole.bit_offset + hole.bit_size;
        let octets = value::stretch(octets, hole.bit_offset, end);
        PaddingRow {
            bit_offset: hole.bit_offset,
            bit_size: hole.bit_size,
            octets: kit::words::hex(octets.unwrap_or_default()),
        }
    });
    RecordRow {
        octet: at,
        fields: fields.map(|cell| field(cell, octets)).collect(),
        padding: padding.collect(),
    }
}

fn field(cell: &Cell, record: &[u8]) -> FieldRow {
    let read = value::read(cell, record);
    let (name, date) = match &read {
        Some(Value::Integer { name, date, .. }) => {
            let name = name.clone().filter(|name| !name.starts_with('\''));
            (name, date.clone())
        }
        _ => (None, None),
    };
    FieldRow {
        path: cell.path.clone(),
        bit_offset: cell.bit_offset,
        bit_size: cell.bit_size,
        type_name: cell.declared_type(),
        octets: kit::words::hex(value::octets(cell, record).unwrap_or_default()),
        value: read.as_ref().map_or(Json::Null, json_of),
        name,
        date,
    }
}

fn json_of(value: &Value) -> Json {
    match value {
        Value::Integer { number, .. } => match (i64::try_from(*number), u64::try_from(*number)) {
            (Ok(number), _) => json!(number),
            (_, Ok(number)) => json!(number),
            _ => json!(number.to_string()),
        },
        Value::Float { number, .. } if number.is_finite() => json!(number),
        Value::Float { text, .. } | Value::Text(text) | Value::Octets(text) => json!(text),
        Value::Elements(elements) => elements.iter().map(json_of).collect(),
    }
}

fn guess_row(guess: &Guess<'_>) -> GuessRow {
    let candidates = guess.candidates.iter().map(|one| CandidateRow {
        machines: one.form.machines.clone(),
        size: one.form.size,
        records: one.records,
        bits: rounded(one.bits),
        evidence: one.evidence.iter().map(Evidence::to_string).collect(),
        differs: one.against.as_ref().map(|against| {
            let value = against.value.as_ref();
            let witness = against.witness.as_ref();
            DiffersRow {
                bits: rounded(against.bits),
                path: value.map(|(path, ..)| path.clone()),
                value: value.map(|(_, here, _)| here.clone()),
                likeliest_value: value.map(|(_, _, there)| there.clone()),
                octet: witness.map(|witness| witness.octet),
                octet_is: witness.map(|witness| witness.there.clone()),
                likeliest_octet_is: witness.map(|witness| witness.here.clone()),
            }
        }),
    });
    let excluded = guess.excluded.iter().map(|one| ExcludedRow {
        machines: one.form.machines.clone(),
        why: one.why.clone(),
    });
    GuessRow {
        certainty: match guess.certainty() {
            Certainty::None => "none",
            Certainty::Only => "only",
            Certainty::Clear => "clear",
            Certainty::Likely => "likely",
            Certainty::Open => "open",
        },
        candidates: candidates.collect(),
        excluded: excluded.collect(),
    }
}

/// To a hundredth: the sums of the last digits are no information.
fn rounded(bits: f64) -> f64 {
    (bits * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_schema_is_committed() {
        kit::schema::compare::<DecodeDocument>("crossum-decode").unwrap();
    }
}
