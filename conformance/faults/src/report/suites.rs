//! Scenarios as a suite of JUnit: a case for each.

use kit::junit::{Case, CaseOutcome, Detail, Suite};

use super::{Subject, rerun};
use crate::observation::{Account, Observed};
use crate::run::{ScenarioResult, ScenarioVerdict};

/// The suite of these results.
pub fn of(results: &[ScenarioResult], subject: Option<&Subject>) -> Vec<Suite> {
    let name = match subject {
        None => "sumsrv and sumcli".to_owned(),
        Some(subject) => format!("{} and {}", subject.server, subject.client),
    };
    let case = |result: &ScenarioResult| Case {
        class: name.clone(),
        name: result.scenario.name.to_owned(),
        outcome: outcome(result, subject),
    };
    let cases = results.iter().map(case).collect();
    vec![Suite {
        seconds: None,
        cases,
        name: name.clone(),
    }]
}

fn outcome(result: &ScenarioResult, subject: Option<&Subject>) -> CaseOutcome {
    let why = result.halt.as_ref().map(ToString::to_string);
    let lines = [
        Some(format!("must: {}", result.scenario.must)),
        account("client", &result.observed.client),
        account("server", &result.observed.server),
        account("network", &result.observed.network),
        Some(format!("again: {}", rerun(result, subject))),
    ];
    let detail = Detail {
        message: why.unwrap_or_else(|| first_wrong(&result.observed)),
        text: lines.into_iter().flatten().collect::<Vec<_>>().join("\n"),
    };
    match result.verdict() {
        ScenarioVerdict::Held => CaseOutcome::Passed,
        ScenarioVerdict::Broken => CaseOutcome::Failed(detail),
        ScenarioVerdict::CouldNotRun => CaseOutcome::Error(detail),
    }
}

/// The first thing that was otherwise than expected.
fn first_wrong(observed: &Observed) -> String {
    let points = observed.client.points.iter().chain(&observed.server.points);
    let wrong = points.into_iter().find(|point| !point.held);
    wrong.map_or("nothing was observed".to_owned(), |point| {
        format!(
            "{}, where this was expected: {}",
            point.observed, point.expected
        )
    })
}

fn account(who: &str, account: &Account) -> Option<String> {
    let any = !account.points.is_empty();
    any.then(|| {
        format!(
            "{who}: {} (expected: {})",
            account.observed(),
            account.expected()
        )
    })
}
