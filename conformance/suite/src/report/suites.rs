//! A project's tests as suites of JUnit: one for each target, so that a test that fails on one target only is shown so.

use std::collections::BTreeMap;

use kit::junit::{Case, CaseOutcome, Detail, Suite};

use super::formatted;
use crate::results::{TargetRun, TargetStatus, TestId, TestOutcome, failures};

/// The suites of these targets.
pub fn suites(runs: &[TargetRun]) -> Vec<Suite> {
    let failures = failures(runs);
    let distinctions: BTreeMap<&TestId, String> = failures
        .iter()
        .filter_map(|failure| Some((failure.test, formatted(failure.distinction.as_ref()?))))
        .collect();
    runs.iter().map(|run| suite(run, &distinctions)).collect()
}

fn suite(run: &TargetRun, distinctions: &BTreeMap<&TestId, String>) -> Suite {
    let error = |why: &str, text: &str| {
        CaseOutcome::Error(Detail {
            message: first_line(why),
            text: text.to_owned(),
        })
    };
    let case = |(test, outcome): (&TestId, &TestOutcome)| Case {
        class: format!("{} {}", test.package, test.program),
        name: match test.name.as_str() {
            "" => test.program.to_string(),
            name => name.to_owned(),
        },
        outcome: match outcome {
            TestOutcome::Passed => CaseOutcome::Passed,
            TestOutcome::Failed(printed) => CaseOutcome::Failed(Detail {
                message: distinctions
                    .get(test)
                    .cloned()
                    .unwrap_or_else(|| first_line(printed)),
                text: printed.clone(),
            }),
            TestOutcome::Ignored(why) => {
                CaseOutcome::Skipped(why.clone().unwrap_or("ignored".to_owned()))
            }
            TestOutcome::Excluded(why) => CaseOutcome::Skipped(why.clone()),
            TestOutcome::CouldNotRun(why) => error(why, why),
        },
    };
    let mut cases: Vec<_> = run.tests.iter().map(case).collect();
    let whole = match &run.status {
        TargetStatus::Ran => None,
        TargetStatus::NotBuilt(trouble) => Some(error(&trouble.to_string(), &trouble.rendered)),
        TargetStatus::CouldNotRun(why) => Some(error(why, why)),
    };
    cases.extend(whole.map(|outcome| Case {
        class: run.target.name.clone(),
        name: "build".to_owned(),
        outcome,
    }));
    Suite {
        name: run.target.name.clone(),
        seconds: Some(run.seconds.build + run.seconds.run),
        cases,
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
