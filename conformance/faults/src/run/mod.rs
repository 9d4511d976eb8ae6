//! Runs scenarios, several at a time.

mod result;

use std::sync::Arc;

pub use result::{ScenarioResult, ScenarioVerdict, exit};

use kit::pool::run_all;
use kit::progress::Bar;

use crate::observation::{Halt, Observed};
use crate::scenarios::Scenario;

/// Runs scenarios, `jobs` at a time. There is a result for each, in their order.
///
/// A scenario that panics could not run, with the words of its panic. The others go on.
pub async fn run<L: Send + Sync + 'static>(
    scenarios: &[&'static Scenario<L>],
    lab: &Arc<L>,
    jobs: usize,
    bar: &Bar,
) -> Vec<ScenarioResult> {
    let tasks = scenarios.iter().map(|&scenario| {
        let (lab, bar) = (Arc::clone(lab), bar.clone());
        async move {
            bar.at(scenario.name);
            let mut observed = Observed::default();
            let halt = (scenario.run)(&lab, &mut observed).await.err();
            bar.done();
            (observed, halt)
        }
    });
    let results = run_all(jobs, tasks).await;
    let result = |(&scenario, result): (&&'static Scenario<L>, Result<_, String>)| {
        let (observed, halt) =
            result.unwrap_or_else(|words| (Observed::default(), Some(Halt::CouldNotRun(words))));
        ScenarioResult {
            scenario: scenario.about(),
            observed,
            halt,
        }
    };
    scenarios.iter().zip(results).map(result).collect()
}
