//! The file as it is written: its keys. What a row means is in the file that reads it.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(super) participant: Vec<ParticipantRow>,
    #[serde(default)]
    pub(super) encoding: Vec<EncodingRow>,
    #[serde(default)]
    pub(super) vector: Vec<VectorRow>,
    /// What `crossum faults` holds the programs to: it reads that by itself.
    #[serde(default, rename = "faults")]
    pub(super) _faults: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParticipantRow {
    pub(super) name: Spanned<String>,
    #[serde(default)]
    pub(super) build: Vec<Spanned<String>>,
    pub(super) server: Option<Spanned<String>>,
    pub(super) client: Option<Spanned<String>>,
    pub(super) listen: Option<Spanned<String>>,
    pub(super) ask: Option<Spanned<String>>,
    pub(super) encodings: Option<Vec<Spanned<String>>>,
    pub(super) lines: Option<LinesWord>,
    pub(super) network: Option<NetworkWord>,
    pub(super) targets: Option<Spanned<TargetWords>>,
}

/// In which form a client reads the contract's lines.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum LinesWord {
    Words,
    Json,
}

/// In which network a participant is started.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NetworkWord {
    /// In one of the run's own, where that can be.
    Own,
    /// In this machine's.
    Host,
}

/// Where a participant can be: a word, or several.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "`targets` is a word (a target, a property of machines, or \"host\"), or a list of them"
)]
pub(super) enum TargetWords {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EncodingRow {
    pub(super) name: Spanned<String>,
    pub(super) family: FamilyWord,
    pub(super) claim: ClaimWord,
    pub(super) facts: Option<Vec<Spanned<String>>>,
    pub(super) reason: Option<String>,
    #[serde(rename = "type")]
    pub(super) types: Option<Spanned<TypeWords>>,
}

/// The type of a message: the same at both ends, or one for each.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a type is \"HEADER: NAME\", or { server = ..., client = ... }"
)]
pub(super) enum TypeWords {
    Both(String),
    Each(EachType),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EachType {
    pub(super) server: String,
    pub(super) client: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FamilyWord {
    Text,
    Raw,
    Explicit,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ClaimWord {
    CorrectEverywhere,
    CorrectWithinAnIsland,
    KnownBroken,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VectorRow {
    pub(super) request: Spanned<String>,
    pub(super) reply: Option<String>,
    pub(super) refused: Option<String>,
}
