//! Reports on implementations by others.

mod document;
pub mod terminal;

pub use document::InteropReport;

use crate::run::{Tried, Verdict};

impl Verdict {
    /// The word for it in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Agrees => "agrees",
            Verdict::AsKnown => "differs-as-known",
            Verdict::Differs => "differs",
            Verdict::Mended => "no-longer-differs",
            Verdict::CouldNotRun => "could-not-run",
        }
    }
}

/// What was tried, and with how many requests from which seed.
#[derive(Clone, Copy, Debug)]
pub struct Interop<'a> {
    /// All implementations.
    pub tried: &'a [Tried],
    /// How many requests each had.
    pub requests: usize,
    /// What the random ones came from.
    pub seed: u64,
}

#[cfg(test)]
mod tests;
