//! The machine-readable report on failure scenarios. Fields may be added. Those that exist keep their meaning.

use serde::Serialize;

use super::{Subject, rerun};
use crate::observation::Account;
use crate::run::ScenarioResult;

/// All scenarios that were run or tried, sorted by name.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FaultsReport {
    format: &'static str,
    version: u32,
    /// This machine and its kernel, which made the failures.
    runner: String,
    /// A user's own programs, where the scenarios are about those.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<SubjectRow>,
    scenarios: Vec<ScenarioRow>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SubjectRow {
    /// The file of participants.
    file: String,
    server: String,
    client: String,
    encoding: String,
    request: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ScenarioRow {
    scenario: &'static str,
    verdict: &'static str,
    must: &'static str,
    client: ClientRow,
    server: AccountRow,
    /// What the network did to what they sent, where the scenario is about that: as the kernel counted it, and what made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    network: Option<AccountRow>,
    /// Why it ended before everything was observed.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    rerun: String,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ClientRow {
    #[serde(flatten)]
    account: AccountRow,
    /// The time from the failure to the client's end; null where the client did not fail.
    seconds: Option<f64>,
}

#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AccountRow {
    expected: String,
    observed: String,
}

impl FaultsReport {
    /// The report on these scenarios. `runner` is what ran them.
    pub fn of(
        results: &[ScenarioResult],
        subject: Option<&Subject>,
        runner: String,
    ) -> FaultsReport {
        let row = |result| ScenarioRow::of(result, subject);
        let mut scenarios: Vec<_> = results.iter().map(row).collect();
        scenarios.sort_by_key(|row| row.scenario);
        FaultsReport {
            format: "crossum-faults",
            version: 1,
            runner,
            subject: subject.map(|subject| SubjectRow {
                file: subject.file.display().to_string(),
                server: subject.server.clone(),
                client: subject.client.clone(),
                encoding: subject.encoding.clone(),
                request: subject.request.clone(),
            }),
            scenarios,
        }
    }
}

impl ScenarioRow {
    fn of(result: &ScenarioResult, subject: Option<&Subject>) -> ScenarioRow {
        let network = &result.observed.network;
        ScenarioRow {
            scenario: result.scenario.name,
            verdict: result.verdict().name(),
            must: result.scenario.must,
            client: ClientRow {
                account: AccountRow::of(&result.observed.client),
                seconds: result.observed.took.map(|took| took.as_secs_f64()),
            },
            server: AccountRow::of(&result.observed.server),
            network: (!network.points.is_empty()).then(|| AccountRow::of(network)),
            why: result.halt.as_ref().map(ToString::to_string),
            rerun: rerun(result, subject),
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
        kit::schema::compare::<FaultsReport>("crossum-faults").unwrap();
    }
}
