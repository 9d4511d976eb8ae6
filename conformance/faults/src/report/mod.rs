//! Reports on failure scenarios.

mod document;
pub mod terminal;

pub use document::Document;

use crate::{Judged, Verdict};

impl Verdict {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Held => "held",
            Verdict::Broken => "broken",
            Verdict::CouldNotRun => "could-not-run",
        }
    }
}

/// The command that runs a scenario again.
fn rerun(judged: &Judged) -> String {
    format!("crossum faults --only {}", judged.scenario.name)
}
