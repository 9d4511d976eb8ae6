//! Reports on failure scenarios.

mod document;
pub mod terminal;

pub use document::FaultsReport;

use crate::run::{ScenarioResult, ScenarioVerdict};

impl ScenarioVerdict {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            ScenarioVerdict::Held => "held",
            ScenarioVerdict::Broken => "broken",
            ScenarioVerdict::CouldNotRun => "could-not-run",
        }
    }
}

/// The command that runs a scenario again.
fn rerun(result: &ScenarioResult) -> String {
    format!("crossum faults --only {}", result.scenario.name)
}

#[cfg(test)]
mod tests;
