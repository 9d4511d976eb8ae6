//! The machine-readable report on failure scenarios. Fields may be added; those that are here keep their meaning.

use serde::Serialize;

use super::rerun;
use crate::{Account, Judged};

/// All scenarios that were run or tried, sorted by name.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document {
    format: &'static str,
    version: u32,
    /// What ran them: this machine, and its kernel, which made the failures.
    runner: String,
    scenarios: Vec<ScenarioRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ScenarioRow {
    scenario: &'static str,
    verdict: &'static str,
    must: &'static str,
    client: ClientRow,
    server: AccountRow,
    /// Why it ended before everything was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    rerun: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ClientRow {
    #[serde(flatten)]
    account: AccountRow,
    /// From the failure to the client's end; null where it did not end by it.
    seconds: Option<f64>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AccountRow {
    expected: String,
    observed: String,
}

impl Document {
    /// The document of these scenarios.
    pub fn of(judged: &[Judged], runner: String) -> Document {
        let mut scenarios: Vec<_> = judged.iter().map(ScenarioRow::of).collect();
        scenarios.sort_by_key(|row| row.scenario);
        Document {
            format: "crossum-faults",
            version: 1,
            runner,
            scenarios,
        }
    }
}

impl ScenarioRow {
    fn of(judged: &Judged) -> ScenarioRow {
        ScenarioRow {
            scenario: judged.scenario.name,
            verdict: judged.verdict().name(),
            must: judged.scenario.must,
            client: ClientRow {
                account: AccountRow::of(&judged.seen.client),
                seconds: judged.seen.took.map(|took| took.as_secs_f64()),
            },
            server: AccountRow::of(&judged.seen.server),
            why: judged.halt.as_ref().map(ToString::to_string),
            rerun: rerun(judged),
        }
    }
}

impl AccountRow {
    fn of(account: &Account) -> AccountRow {
        AccountRow {
            expected: account.expected(),
            observed: account.observed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_that_is_committed_is_that_of_the_types() {
        kit::schema::compare::<Document>("crossum-faults").unwrap();
    }
}
