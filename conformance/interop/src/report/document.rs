//! The machine-readable report on implementations by others. Fields may be added. Those that exist keep their meaning.

use kit::words::hex;
use serde::Serialize;

use super::Interop;
use crate::compare::{Compared, Difference, Side, Spelling};
use crate::run::Tried;

/// All implementations that were tried, by encoding.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct InteropReport {
    format: &'static str,
    version: u32,
    /// How many requests each was tried with.
    requests: usize,
    seed: u64,
    implementations: Vec<ImplementationRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ImplementationRow {
    encoding: String,
    implementation: String,
    language: &'static str,
    /// The packages that were asked for, with their versions.
    packages: Vec<String>,
    /// What ran, with versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    runner: Option<String>,
    verdict: &'static str,
    /// Why it is known to differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<String>,
    /// Why it could not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compared: Option<ComparedRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ComparedRow {
    reads_requests: TallyRow,
    writes_requests: TallyRow,
    reads_replies: TallyRow,
    writes_replies: TallyRow,
    /// How many of the messages that it wrote have the octets that ours have.
    written_alike: usize,
    /// The first message that was read and has other octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    spelling: Option<SpellingRow>,
    /// In how many orders it differs.
    differs_in: usize,
    /// The first differences of each kind.
    differences: Vec<DifferenceRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TallyRow {
    tried: usize,
    right: usize,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SpellingRow {
    message: String,
    ours: String,
    theirs: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DifferenceRow {
    side: &'static str,
    message: String,
    found: String,
    octets: String,
}

impl InteropReport {
    /// The report.
    pub fn of(interop: &Interop<'_>) -> InteropReport {
        InteropReport {
            format: "crossum-interop",
            version: 1,
            requests: interop.requests,
            seed: interop.seed,
            implementations: interop.tried.iter().map(ImplementationRow::of).collect(),
        }
    }
}

impl ImplementationRow {
    fn of(tried: &Tried) -> ImplementationRow {
        let one = &tried.implementation;
        ImplementationRow {
            encoding: one.encoding.clone(),
            implementation: one.name.clone(),
            language: one.language.name(),
            packages: one.packages.clone(),
            runner: Some(tried.runner.clone()).filter(|runner| !runner.is_empty()),
            verdict: tried.verdict().name(),
            known: tried.known().map(|known| known.why.clone()),
            why: tried.result.as_ref().err().cloned(),
            compared: tried.result.as_ref().ok().map(ComparedRow::of),
        }
    }
}

impl ComparedRow {
    fn of(compared: &Compared) -> ComparedRow {
        let tally = |side| {
            let tally = compared.tally(side);
            TallyRow {
                tried: tally.tried,
                right: tally.right,
            }
        };
        ComparedRow {
            reads_requests: tally(Side::ReadsRequests),
            writes_requests: tally(Side::WritesRequests),
            reads_replies: tally(Side::ReadsReplies),
            writes_replies: tally(Side::WritesReplies),
            written_alike: compared.alike,
            spelling: compared.spelling.as_ref().map(SpellingRow::of),
            differs_in: compared.differing().len(),
            differences: compared.differences.iter().map(DifferenceRow::of).collect(),
        }
    }
}

impl SpellingRow {
    fn of(spelling: &Spelling) -> SpellingRow {
        SpellingRow {
            message: spelling.message.to_string(),
            ours: hex(&spelling.ours),
            theirs: hex(&spelling.theirs),
        }
    }
}

impl DifferenceRow {
    fn of(difference: &Difference) -> DifferenceRow {
        DifferenceRow {
            side: difference.side.name(),
            message: difference.message.to_string(),
            found: difference.found.clone(),
            octets: hex(&difference.octets),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<InteropReport>("crossum-interop").unwrap();
    }
}
