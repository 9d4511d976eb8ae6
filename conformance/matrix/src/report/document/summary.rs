//! What a document counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Word;
use crate::report::measured::Measured;

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
    /// What the type of the message says, where it was named; else what a struct says that its octets look like.
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
