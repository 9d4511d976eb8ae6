//! Reports on failure scenarios.

mod document;
pub mod suites;
pub mod terminal;

pub use document::FaultsReport;

use std::path::PathBuf;

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

/// A user's own programs, of which a report is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The file that says how they are built and started.
    pub file: PathBuf,
    /// Who serves, by name.
    pub server: String,
    /// Who asks, by name.
    pub client: String,
    /// In which encoding.
    pub encoding: String,
    /// What, in words.
    pub request: String,
}

/// The command that runs a scenario again.
fn rerun(result: &ScenarioResult, subject: Option<&Subject>) -> String {
    let name = result.scenario.name;
    match subject {
        None => format!("crossum faults --only {name}"),
        Some(Subject {
            file,
            server,
            client,
            ..
        }) => format!(
            "crossum faults {} --server {server} --client {client} --only {name}",
            file.display()
        ),
    }
}

#[cfg(test)]
mod tests;
