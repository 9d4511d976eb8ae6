//! What is said of many types, in every format that was asked for; a type can be forgotten once it is told.

use std::fmt;

use serde_json::value::RawValue;

use super::{Count, annotations, document, sarif, table};
use crate::Checked;
use crate::policy::Policy;
use kit::sarif::Found;

/// Which formats are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Formats {
    /// GitHub's annotations instead of tables.
    pub annotations: bool,
    /// The machine-readable report.
    pub json: bool,
    /// SARIF.
    pub sarif: bool,
    /// How wide a table may be, in characters.
    pub width: usize,
}

/// What was said so far.
#[derive(Debug, Default)]
pub struct Told {
    /// How many types came to what.
    pub count: Count,
    /// Tables, or annotations.
    pub text: String,
    /// Rows of the machine-readable report, already written: much smaller than what they are made from.
    pub(super) types: Vec<Box<RawValue>>,
    /// SARIF's results.
    pub(super) results: Vec<Found>,
}

/// A type could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum Untold {
    /// As text.
    #[error(transparent)]
    Text(#[from] fmt::Error),
    /// As JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl Told {
    /// Tells one more type.
    ///
    /// # Errors
    /// None that is known of: memory takes everything.
    pub fn tell(
        &mut self,
        checked: &Checked<'_>,
        formats: &Formats,
        policy: &Policy,
    ) -> Result<(), Untold> {
        let denied = |finding: &_| policy.denies(finding);
        self.count.add(checked, denied);
        if formats.annotations {
            annotations::write(checked, denied, &mut self.text)?;
        } else {
            table::write(checked, denied, formats.width, &mut self.text)?;
        }
        if formats.json {
            self.types.push(document::row(checked)?);
        }
        if formats.sarif {
            self.results.extend(sarif::results(checked, denied));
        }
        Ok(())
    }

    /// Adds what was told of the types behind these.
    pub fn append(&mut self, mut behind: Told) {
        self.count.append(behind.count);
        self.text.push_str(&behind.text);
        self.types.append(&mut behind.types);
        self.results.append(&mut behind.results);
    }
}
