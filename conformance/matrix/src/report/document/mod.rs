//! The machine-readable report: the documents that other tools read, and that this one reads again. Fields may be added; those that are here keep their meaning.

pub(super) mod observed;
mod of;

use std::borrow::Cow;
use std::collections::BTreeMap;

use kit::saved_report::{SavedReport, Unreadable};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::measured::Measured;

/// What a document of an observed matrix calls itself.
pub(super) const MATRIX: &str = "crossum-matrix";

/// What a document of a predicted matrix calls itself.
pub(super) const PREDICTION: &str = "crossum-prediction";

/// The version of both.
pub(super) use kit::saved_report::VERSION;

/// A word of a document: a reader borrows it from the text, and there are hundreds of thousands of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline, description = ""))]
#[serde(transparent)]
pub(crate) struct Word<'a>(#[serde(borrow)] Cow<'a, str>);

impl Word<'_> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Word<'a> {
    fn from(text: &'a str) -> Self {
        Word(Cow::Borrowed(text))
    }
}

impl From<String> for Word<'_> {
    fn from(text: String) -> Self {
        Word(Cow::Owned(text))
    }
}

impl std::fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// A matrix, observed or only predicted.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatrixDocument<'a> {
    #[serde(borrow)]
    pub(crate) format: Word<'a>,
    pub(crate) version: u32,
    /// The version of the `crossum` that wrote it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) crossum: Option<Word<'a>>,
    /// A fingerprint of the tables that were compiled into it, or read: what the model says of these participants.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<Word<'a>>,
    /// How many vectors each cell has.
    pub(crate) vectors: usize,
    /// What the vectors were chosen from; left out where they were given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seed: Option<u64>,
    #[serde(borrow, default)]
    pub(crate) selection: SelectionRow<'a>,
    /// Which part of the matrix it is, where it is not the whole.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) shard: Option<ShardRow<'a>>,
    /// Whether the run was cut short.
    #[serde(default)]
    pub(crate) interrupted: bool,
    #[serde(borrow)]
    pub(crate) participants: Vec<ParticipantRow<'a>>,
    /// Participants that were chosen and cannot take part, and why.
    #[serde(borrow, default)]
    pub(crate) left_out: Vec<LeftOutRow<'a>>,
    #[serde(borrow)]
    pub(crate) cells: Vec<CellRow<'a>>,
    #[serde(borrow)]
    pub(crate) summary: Summary<'a>,
}

/// The names by which cells were chosen, sorted; a list that is left out chose everything.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default)]
pub(crate) struct SelectionRow<'a> {
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub(crate) targets: Vec<Word<'a>>,
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub(crate) encodings: Vec<Word<'a>>,
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub(crate) participants: Vec<Word<'a>>,
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub(crate) server: Vec<Word<'a>>,
    #[serde(borrow, skip_serializing_if = "Vec::is_empty")]
    pub(crate) client: Vec<Word<'a>>,
    /// Vectors that were given, and not chosen from a seed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) vector: Vec<(i64, i64)>,
    /// The file of the user's own participants.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<Word<'a>>,
    /// The table of ABIs, where it was not the builtin one.
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(crate) abis: Option<Word<'a>>,
}

/// Shard `number` (from 1) `of` so many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ShardRow<'a> {
    pub(crate) number: usize,
    pub(crate) of: usize,
    /// A fingerprint of the plan: shards of different plans do not fit together.
    #[serde(borrow)]
    pub(crate) plan: Word<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ParticipantRow<'a> {
    /// IMPLEMENTATION@TARGET.
    #[serde(borrow)]
    pub(crate) id: Word<'a>,
    #[serde(borrow)]
    pub(crate) implementation: Word<'a>,
    #[serde(borrow)]
    pub(crate) target: Word<'a>,
    #[serde(borrow)]
    pub(crate) abi: Word<'a>,
    /// What ran it, with its version.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) runner: Option<Word<'a>>,
    /// What compiled it, with its version.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) compiler: Option<Word<'a>>,
    /// `client`, `server`.
    #[serde(borrow)]
    pub(crate) roles: Vec<Word<'a>>,
    /// What it measured on itself.
    #[serde(default)]
    pub(crate) facts: BTreeMap<String, Value>,
    /// Whether what it measured on itself is not what the model says.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) differs: bool,
    /// Why it did not take part.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) trouble: Option<Word<'a>>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct LeftOutRow<'a> {
    #[serde(borrow)]
    pub(crate) id: Word<'a>,
    #[serde(borrow)]
    pub(crate) why: Word<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CellRow<'a> {
    /// The participant that serves.
    #[serde(borrow)]
    pub(crate) server: Word<'a>,
    /// The participant that asks.
    #[serde(borrow)]
    pub(crate) client: Word<'a>,
    #[serde(borrow)]
    pub(crate) encoding: Word<'a>,
    /// `text`, `raw` or `explicit`.
    #[serde(borrow)]
    pub(crate) family: Word<'a>,
    /// `held`, `broken`, `unsupported` or `could-not-run`; null where nothing was run.
    #[serde(borrow)]
    pub(crate) verdict: Option<Word<'a>>,
    /// `correct`, `lucky` (some vectors right, some wrong), `wrong`, `starved` (it hangs), `refused` or `unrepresentable`; null where there is none.
    #[serde(borrow)]
    pub(crate) result: Option<Word<'a>>,
    /// `byte-order`, `width`, `padding`, `charset`; in a user's own protocol also `char-sign`, `bit-field-order`, `long-double`.
    #[serde(borrow)]
    pub(crate) causes: Vec<Word<'a>>,
    /// The command that runs this cell again.
    #[serde(borrow)]
    pub(crate) rerun: Word<'a>,
    /// Why it could not run.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<Word<'a>>,
    #[serde(borrow)]
    pub(crate) vectors: Vec<VectorRow<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct VectorRow<'a> {
    /// The first number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) a: Option<i64>,
    /// The second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) b: Option<i64>,
    /// In a user's own protocol, instead of two numbers.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<Word<'a>>,
    /// In a user's own protocol, of which there is no prediction.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) promised: Option<OutcomeRow<'a>>,
    /// What the model says; null where there is no prediction.
    #[serde(borrow)]
    pub(crate) predicted: Option<OutcomeRow<'a>>,
    /// What came of it; null where it was not asked.
    #[serde(borrow)]
    pub(crate) observed: Option<OutcomeRow<'a>>,
    /// The octets of the request, in hexadecimal: those observed, or those predicted where nothing was run.
    #[serde(borrow)]
    pub(crate) sent: Word<'a>,
    /// The octets of the reply.
    #[serde(borrow)]
    pub(crate) received: Word<'a>,
}

impl VectorRow<'_> {
    /// What was asked, in words.
    pub(crate) fn asked(&self) -> String {
        let number = |number: Option<i64>| number.map_or("?".to_owned(), |n| n.to_string());
        match &self.request {
            Some(request) => request.to_string(),
            None => format!("{} {}", number(self.a), number(self.b)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum OutcomeRow<'a> {
    Sum {
        sum: i64,
    },
    Reply {
        #[serde(borrow)]
        reply: Word<'a>,
    },
    Refused {
        #[serde(borrow)]
        why: Word<'a>,
    },
    Starved {
        got: Option<usize>,
        want: Option<usize>,
    },
    Closed,
    Died {
        #[serde(borrow)]
        how: Word<'a>,
    },
    Garbled,
    Unrepresentable,
    Unsupported,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Summary<'a> {
    pub(crate) participants: usize,
    /// Targets that have a participant.
    pub(crate) targets: usize,
    pub(crate) big_endian_targets: usize,
    pub(crate) cells: usize,
    /// Exchanges that were observed.
    pub(crate) vectors: usize,
    pub(crate) predicted_equals_observed: usize,
    pub(crate) mismatched: usize,
    /// Cells in which one end does not implement the encoding.
    pub(crate) unsupported: usize,
    pub(crate) could_not_run: usize,
    #[serde(borrow)]
    pub(crate) by_encoding: BTreeMap<Word<'a>, EncodingRow<'a>>,
    #[serde(borrow)]
    pub(crate) claims: Vec<ClaimRow<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) explained: Vec<ExplainedRow<'a>>,
    #[serde(flatten)]
    pub(crate) measured: Measured,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EncodingRow<'a> {
    #[serde(borrow)]
    pub(crate) family: Word<'a>,
    pub(crate) cells: usize,
    pub(crate) correct: usize,
    pub(crate) not_correct: usize,
    #[serde(default)]
    pub(crate) unsupported: usize,
    #[serde(default)]
    pub(crate) could_not_run: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ClaimRow<'a> {
    #[serde(borrow)]
    pub(crate) claim: Word<'a>,
    /// Traps, of which it is not claimed.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) except: Vec<Word<'a>>,
    pub(crate) held: bool,
    /// Of so many cells, or participants.
    #[serde(default)]
    pub(crate) tried: usize,
}

/// Why cells of a user's own encoding break.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ExplainedRow<'a> {
    #[serde(borrow)]
    pub(crate) encoding: Word<'a>,
    pub(crate) cells: usize,
    pub(crate) not_correct: usize,
    /// In words.
    #[serde(borrow)]
    pub(crate) explanation: Word<'a>,
    /// Exactly the cells that are not correct are those in which one of these is there.
    #[serde(borrow)]
    pub(crate) signs: Vec<SignRow<'a>>,
    /// Other such lists, each of which explains the same cells: the machines at hand do not decide between them.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) or_else: Vec<Vec<SignRow<'a>>>,
    /// What the type of the message says, where it was named.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) by_type: Vec<ByTypeRow<'a>>,
    /// Why the type of the message, which was named, explains nothing.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) untyped: Option<Word<'a>>,
}

/// Cells that break for the same reason, by the layout of their message.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ByTypeRow<'a> {
    /// Sets of causes, each of which would explain the cells: mostly one set.
    #[serde(borrow)]
    pub(crate) causes: Vec<Vec<Word<'a>>>,
    pub(crate) cells: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SignRow<'a> {
    #[serde(borrow)]
    pub(crate) cause: Option<Word<'a>>,
    #[serde(borrow)]
    pub(crate) sign: Word<'a>,
    /// The machines at hand do not tell these from it.
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) or: Vec<Word<'a>>,
}

impl<'a> MatrixDocument<'a> {
    /// The document of a matrix, observed or predicted.
    ///
    /// # Errors
    /// It is another kind of report, of a newer version, was cut short, or has not the fields of one.
    pub fn read_from(report: &'a SavedReport) -> Result<MatrixDocument<'a>, Unreadable> {
        report.parse(&[MATRIX, PREDICTION], MATRIX, "crossum matrix --json")
    }
}

impl MatrixDocument<'_> {
    /// What was measured.
    pub fn measured(&self) -> &Measured {
        &self.summary.measured
    }

    /// The same without what was measured: what two runs of the same must have in common, to the octet.
    pub fn without_measurements(self) -> Self {
        MatrixDocument {
            summary: Summary {
                measured: Measured::default(),
                ..self.summary
            },
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_that_are_committed_are_those_of_the_types() {
        kit::schema::compare::<MatrixDocument<'_>>(MATRIX).unwrap();
        kit::schema::compare::<MatrixDocument<'_>>(PREDICTION).unwrap();
    }
}
