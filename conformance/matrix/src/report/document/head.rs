//! What a document says of the run before it comes to the cells: what was asked, and who took part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Word;

/// The fields that stand before the cells, the same in all versions.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline, description = ""))]
pub(crate) struct Head<'a> {
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
