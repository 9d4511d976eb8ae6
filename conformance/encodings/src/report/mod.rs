//! Reports on the comparison of encodings.

mod document;
pub mod earlier;
mod page;
mod plot;
pub mod terminal;

pub use document::EncodingsDocument;
pub use page::page;

use std::collections::BTreeMap;

use layout::Abis;

use crate::counted::OnTarget;
use crate::native::Nanoseconds;
use crate::spread::Spread;
use crate::{Row, RowStatus};
use kit::exit::Exit;
use matrix::portability::Kind;

/// The name of what the C library does.
const STDIO: &str = "snprintf, sscanf";

/// A comparison: what every report is made from.
pub struct Comparison<'a> {
    /// The ABIs.
    pub abis: &'a Abis,
    /// The encodings, in the order of PROTOCOL.md.
    pub rows: &'a [Row<'a>],
    /// What they are compared with.
    pub baselines: &'a [Row<'a>],
    /// What `snprintf` and `sscanf` cost here, or why that is not known.
    pub stdio: Result<Nanoseconds, String>,
    /// What is known of each target.
    pub counted: &'a BTreeMap<&'static str, OnTarget>,
    /// Where the cells come from.
    pub source: Source,
    /// What the values were drawn from.
    pub seed: u64,
    /// How many of each distribution.
    pub values: usize,
    /// How many of these were counted.
    pub values_counted: usize,
    /// Whether each target is shown.
    pub each_target: bool,
}

/// Where it is known from in which cells an encoding is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// They were run.
    Matrix,
    /// The model says so.
    Model,
    /// A report of an earlier run does.
    Report,
}

impl Source {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Source::Matrix => "matrix",
            Source::Model => "model",
            Source::Report => "report",
        }
    }

    /// In a few words, for people.
    fn about(self) -> &'static str {
        match self {
            Source::Matrix => "run just now",
            Source::Model => "predicted by the model, not run",
            Source::Report => "from the report of an earlier run",
        }
    }
}

/// What the times measured here are worth.
fn worth() -> &'static str {
    if cfg!(debug_assertions) {
        "of no use, since this crossum is a debug build (cargo run --release)"
    } else {
        "a quick figure"
    }
}

/// The instructions of an encoding, encoding or decoding: of each target its median, and of these the least, the median and the greatest.
#[derive(Clone, Copy)]
struct Across {
    encode: Option<Spread>,
    decode: Option<Spread>,
    both: Option<Spread>,
}

impl Comparison<'_> {
    /// How the command ends; `claims_hold` says whether those of the matrix do that was run for it.
    pub fn exit(&self, claims_hold: bool) -> Exit {
        let any = |wanted: &dyn Fn(&Row<'_>) -> bool| {
            let mut rows = self.rows.iter().chain(self.baselines);
            rows.any(wanted)
        };
        let is_wrong = |row: &Row<'_>| matches!(row.status(), RowStatus::Wrong(_));
        let mut targets = self.counted.values();
        if !claims_hold || any(&is_wrong) || any(&|row| row.portability.broken > 0) {
            Exit::Failed
        } else if any(&|row| row.portability.could_not_run > 0)
            || self.stdio.is_err()
            || targets.any(|target| matches!(target, OnTarget::CouldNotRun(_)))
        {
            Exit::CouldNotRun
        } else {
            Exit::Held
        }
    }

    /// The targets that were counted on, sorted.
    fn targets(&self) -> impl Iterator<Item = &'static str> {
        self.counted
            .iter()
            .filter(|(_, on_target)| matches!(on_target, OnTarget::Counted { .. }))
            .map(|(name, _)| *name)
    }

    /// How many of them are big-endian.
    fn big_endian(&self) -> usize {
        let kinds = self.targets().filter_map(|target| self.kind(target));
        kinds.filter(|kind| kind.big).count()
    }

    fn kind(&self, target: &str) -> Option<Kind> {
        Kind::of_target(self.abis, target)
    }

    fn across(&self, row: &Row<'_>) -> Across {
        let found: Vec<_> = self
            .targets()
            .filter_map(|target| row.published_on(target))
            .collect();
        let encode = found.iter().filter_map(|found| found.encode);
        let decode = found.iter().filter_map(|found| found.decode);
        let both = encode
            .clone()
            .zip(decode.clone())
            .map(|(encode, decode)| encode.median + decode.median);
        Across {
            both: Spread::of(both),
            encode: Spread::of(encode.map(|spread| spread.median)),
            decode: Spread::of(decode.map(|spread| spread.median)),
        }
    }
}
