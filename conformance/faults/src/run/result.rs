//! What became of a scenario.

use kit::exit::Exit;

use crate::observation::{Halt, Observed};
use crate::scenarios::About;

/// What became of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioVerdict {
    /// Everything that must be observed was observed.
    Held,
    /// Something else was observed.
    Broken,
    /// It did not happen: this machine cannot make it happen.
    CouldNotRun,
}

/// A scenario that was run, or tried.
pub struct ScenarioResult {
    /// Which.
    pub scenario: About,
    /// What was observed, as far as it came.
    pub observed: Observed,
    /// Why it ended early, if it did.
    pub halt: Option<Halt>,
}

impl ScenarioResult {
    /// From what was observed alone.
    pub fn verdict(&self) -> ScenarioVerdict {
        match &self.halt {
            Some(Halt::CouldNotRun(_)) => ScenarioVerdict::CouldNotRun,
            Some(Halt::NeverSeen(_)) => ScenarioVerdict::Broken,
            None if self.observed.held() => ScenarioVerdict::Held,
            None => ScenarioVerdict::Broken,
        }
    }
}

/// The exit code for these results: the worst of their verdicts.
pub fn exit(results: &[ScenarioResult]) -> Exit {
    let any = |verdict| results.iter().any(|result| result.verdict() == verdict);
    if any(ScenarioVerdict::Broken) {
        Exit::Failed
    } else if any(ScenarioVerdict::CouldNotRun) {
        Exit::CouldNotRun
    } else {
        Exit::Held
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A result with this halt, and with one point that held or not.
    fn result(halt: Option<Halt>, held: bool) -> ScenarioResult {
        let mut observed = Observed::default();
        observed.client.is("3", if held { "3" } else { "4" });
        ScenarioResult {
            scenario: crate::scenarios::all().first().unwrap().about(),
            observed,
            halt,
        }
    }

    fn could_not_run() -> ScenarioResult {
        result(Some(Halt::CouldNotRun("no `ip`".to_owned())), true)
    }

    fn never_seen() -> ScenarioResult {
        result(Some(Halt::NeverSeen("`ready`".to_owned())), true)
    }

    #[test]
    fn a_verdict_follows_from_the_halt_and_the_points() {
        for (result, verdict) in [
            (result(None, true), ScenarioVerdict::Held),
            (result(None, false), ScenarioVerdict::Broken),
            (never_seen(), ScenarioVerdict::Broken),
            (could_not_run(), ScenarioVerdict::CouldNotRun),
        ] {
            assert_eq!(result.verdict(), verdict, "{:?}", result.halt);
        }
    }

    #[test]
    fn the_exit_code_is_that_of_the_worst_verdict() {
        let held = || result(None, true);
        for (results, code) in [
            (vec![held(), held()], Exit::Held),
            (vec![held(), could_not_run()], Exit::CouldNotRun),
            (vec![could_not_run(), never_seen(), held()], Exit::Failed),
        ] {
            assert_eq!(exit(&results), code);
        }
    }
}
