//! The machine-readable report: the documents that other tools read, and that this one reads again. Fields may be added; those that are here keep their meaning.
//!
//! There are two versions. What is read and worked with is always as in version 2, in which everything is there once; [`version_1`] is the way there and back.

mod head;
pub(super) mod observed;
mod of;
mod reported;
mod summary;
mod told;
mod version_1;
mod word;

use kit::saved_report::{Readable, SavedReport, Unreadable};
use serde::{Deserialize, Serialize};

use super::measured::Measured;
use crate::cell::rerun;

pub(super) use head::{Head, LeftOutRow, ParticipantRow, SelectionRow, ShardRow};
pub use reported::ReportedCell;
pub(super) use summary::{ByTypeRow, ClaimRow, EncodingRow, ExplainedRow, SignRow, Summary};
pub(super) use told::{CellRow, OutcomeRow, StoryRow, VectorRow};
pub use version_1::Version1;
pub(super) use word::Word;

/// What a document of an observed matrix calls itself.
pub(super) const MATRIX: &str = "crossum-matrix";

/// What a document of a predicted matrix calls itself.
pub(super) const PREDICTION: &str = "crossum-prediction";

/// The version of both.
pub(super) const VERSION: u32 = 2;

/// A matrix, observed or only predicted.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct MatrixDocument<'a> {
    #[serde(borrow)]
    pub(crate) format: Word<'a>,
    pub(crate) version: u32,
    #[serde(borrow, flatten)]
    pub(crate) head: Head<'a>,
    /// The command that runs a cell again, with `{server}`, `{client}` and `{encoding}` in the place of names.
    #[serde(borrow)]
    pub(crate) rerun: Word<'a>,
    /// What came of vectors, each different one once.
    #[serde(borrow)]
    pub(crate) exchanges: Vec<VectorRow<'a>>,
    /// What there is to tell of cells, each different one once.
    #[serde(borrow)]
    pub(crate) stories: Vec<StoryRow<'a>>,
    pub(crate) cells: Vec<CellRow>,
    #[serde(borrow)]
    pub(crate) summary: Summary<'a>,
}

impl<'a> MatrixDocument<'a> {
    /// The document of a matrix, observed or predicted, of any version.
    ///
    /// # Errors
    /// It is another kind of report, of a newer version, was cut short, or has not the fields of one; or it refers to something that is not in it.
    pub fn read_from(report: &'a SavedReport) -> Result<MatrixDocument<'a>, Unreadable> {
        let readable = Readable {
            formats: &[MATRIX, PREDICTION],
            newest: VERSION,
            named: (MATRIX, "crossum matrix --json"),
        };
        let document = match report.version(&readable)? {
            1 => version_1::read(report)?,
            _ => report.document()?,
        };
        match document.dangling() {
            None => Ok(document),
            Some(what) => Err(report.unreadable(&format!(
                "{what}: it was changed, or another program wrote it"
            ))),
        }
    }

    /// What it refers to that is not there, in words.
    fn dangling(&self) -> Option<String> {
        let participants = self.head.participants.len();
        let wrong = |what, place: usize, of, there: usize| {
            format!("its {what} refers to place {place} of `{of}`, which has {there}")
        };
        for story in &self.stories {
            let there = self.exchanges.len();
            let mut places = story.exchanges.iter();
            if let Some(place) = places.find(|place| **place >= there) {
                return Some(wrong("story", *place, "exchanges", there));
            }
        }
        for cell in &self.cells {
            for (place, of, there) in [
                (cell.server, "participants", participants),
                (cell.client, "participants", participants),
                (cell.story, "stories", self.stories.len()),
            ] {
                if place >= there {
                    return Some(wrong("cell", place, of, there));
                }
            }
        }
        None
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

/// The names in [`MatrixDocument::rerun`] that stand for others.
fn names() -> [&'static str; 3] {
    ["{server}", "{client}", "{encoding}"]
}

/// The part of a command that names a cell.
fn naming(server: &str, client: &str, encoding: &str) -> String {
    let command = rerun(None, &server, &client, encoding);
    command.trim_start_matches("crossum matrix").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schemas_that_are_committed_are_those_of_the_types() {
        for format in [MATRIX, PREDICTION] {
            kit::schema::compare_version::<MatrixDocument<'_>>(format, format, VERSION).unwrap();
            let name = format!("{format}-1");
            kit::schema::compare_version::<Version1<'_>>(&name, format, 1).unwrap();
        }
    }
}
