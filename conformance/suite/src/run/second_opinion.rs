//! What Miri says of the tests that failed, when everything is over.

use std::time::Duration;

use kit::names::short;
use kit::progress::Progress;

use super::partial::PartialResults;
use crate::build::BuildSite;
use crate::miri::Miri;
use crate::results::{TargetRun, TestId, failures};

/// About how many tests it is asked. It takes hundreds of times as long as a processor.
const MAX_TESTS: usize = 20;

/// Asks Miri about each failing test, once for each message that the test printed.
pub(super) async fn by_miri(
    miri: &Miri,
    limit: Duration,
    site: &BuildSite,
    progress: &Progress,
    results: &PartialResults,
) {
    let runs = results.runs();
    let questions = questions(&runs);
    let bar = progress.phase("asking Miri", questions.len().min(MAX_TESTS));
    for (run, test) in questions.iter().take(MAX_TESTS) {
        let target = run.target;
        bar.at(format_args!("{} {}", short(&target.name), test.name));
        let opinion = miri.opinion(test, target, site, limit).await;
        results.note(&target.name, |run| {
            run.miri.extend(opinion.map(|one| ((*test).clone(), one)));
            run.notes
                .insert(format!("asked for a second opinion: {}", miri.version));
            if questions.len() > MAX_TESTS {
                run.notes.insert(format!(
                    "of {} questions Miri was asked the first {MAX_TESTS}",
                    questions.len()
                ));
            }
        });
        bar.done();
    }
}

/// Each test that fails even alone, on the first target of each message.
fn questions(runs: &[TargetRun]) -> Vec<(&TargetRun, &TestId)> {
    let mut questions = Vec::new();
    for failure in failures(runs) {
        let groups = failure.groups.iter();
        let by_group = groups.filter_map(|group| group.failed.first().copied());
        let by_emulator = failure.emulator.first().map(|(run, _, _)| *run);
        let asked = by_group.chain(by_emulator);
        questions.extend(asked.map(|run| (run, failure.test)));
    }
    questions
}
