//! A project's tests as JUnit knows them: a suite for each target, so that a test that fails on one of them only is seen to.

use std::collections::BTreeMap;

use super::told;
use crate::{Outcome, Standing, TargetRun, TestId, failures};
use kit::junit::{Case, CaseOutcome, Detail, Suite};

/// The suites of these targets.
pub fn suites(runs: &[TargetRun]) -> Vec<Suite> {
    let failures = failures(runs);
    let only: BTreeMap<&TestId, String> = failures
        .iter()
        .filter_map(|failure| Some((failure.test, told(failure.only.as_ref()?))))
        .collect();
    runs.iter().map(|run| suite(run, &only)).collect()
}

fn suite(run: &TargetRun, only: &BTreeMap<&TestId, String>) -> Suite {
    let error = |why: &str, text: &str| {
        CaseOutcome::Error(Detail {
            message: first_line(why),
            text: text.to_owned(),
        })
    };
    let case = |(test, outcome): (&TestId, &Outcome)| Case {
        class: format!("{} {}", test.package, test.program),
        name: match test.name.as_str() {
            "" => test.program.to_string(),
            name => name.to_owned(),
        },
        outcome: match outcome {
            Outcome::Passed => CaseOutcome::Passed,
            Outcome::Failed(said) => CaseOutcome::Failed(Detail {
                message: only.get(test).cloned().unwrap_or_else(|| first_line(said)),
                text: said.clone(),
            }),
            Outcome::Ignored(why) => {
                CaseOutcome::Skipped(why.clone().unwrap_or("ignored".to_owned()))
            }
            Outcome::Excluded(why) => CaseOutcome::Skipped(why.clone()),
            Outcome::CouldNotRun(why) => error(why, why),
        },
    };
    let mut cases: Vec<_> = run.tests.iter().map(case).collect();
    let whole = match &run.standing {
        Standing::Ran => None,
        Standing::NotBuilt(trouble) => Some(error(&trouble.to_string(), &trouble.rendered)),
        Standing::CouldNotRun(why) => Some(error(why, why)),
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
