//! A project's tests as suites of JUnit: one for each target, so that a test that fails on one target only is shown so.

use std::collections::BTreeMap;

use kit::junit::{Case, CaseOutcome, Detail, Suite};

use super::{FLAKY, formatted, marks};
use crate::results::{
    BuildFailure, CompileError, TargetRun, TargetStatus, TestId, TestOutcome, build_failures,
    failures,
};

/// The suites of these targets.
pub fn suites(runs: &[TargetRun]) -> Vec<Suite> {
    let failures = failures(runs);
    let marks: BTreeMap<&TestId, String> = failures
        .iter()
        .filter_map(|failure| Some((failure.test, marks(failure)?)))
        .collect();
    let builds = build_failures(runs);
    let suite = |run| suite(run, &marks, &builds);
    runs.iter().map(suite).collect()
}

fn suite(run: &TargetRun, marks: &BTreeMap<&TestId, String>, builds: &[BuildFailure<'_>]) -> Suite {
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
                message: marks
                    .get(test)
                    .cloned()
                    .unwrap_or_else(|| first_line(printed)),
                text: printed.clone(),
            }),
            TestOutcome::Flaky(printed) => CaseOutcome::Failed(Detail {
                message: FLAKY.to_owned(),
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
    let refused = |package: Option<&str>, refusal: &CompileError| {
        let is_this = |one: &&BuildFailure<'_>| {
            one.package == package && one.failed.iter().any(|of| of.target == run.target)
        };
        let only = builds.iter().find(is_this);
        let only = only.and_then(|one| one.distinction.as_ref()).map(formatted);
        let message = match only {
            Some(only) => format!("{only}: {refusal}"),
            None => refusal.to_string(),
        };
        error(&message, &refusal.rendered)
    };
    let build = |package: Option<&str>, outcome| Case {
        class: package.unwrap_or(&run.target.name).to_owned(),
        name: "build".to_owned(),
        outcome,
    };
    match &run.status {
        TargetStatus::Ran => {}
        TargetStatus::NotBuilt(refusal) => cases.push(build(None, refused(None, refusal))),
        TargetStatus::CouldNotRun(why) => cases.push(build(None, error(why, why))),
    }
    cases.extend(run.unbuilt.iter().map(|(package, refusal)| {
        let package = Some(package.as_str());
        build(package, refused(package, refusal))
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
