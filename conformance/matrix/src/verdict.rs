//! The verdict: a pure function of what was observed, what was predicted, and what is claimed.

use crate::expectation::Expectation;
use crate::observation::{Exchange, Observation};

/// What a claim asks of one cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Every outcome as promised, and as predicted.
    RightAsPredicted,
    /// Every outcome as predicted, right or wrong.
    AsPredicted,
    /// Every outcome as promised; there is no prediction.
    Right,
    /// Not every outcome as promised. What is claimed to be broken and comes right breaks the claim.
    Wrong,
    /// Nothing.
    Anything,
}

/// What becomes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellVerdict {
    /// Everything claimed of it is so.
    Held,
    /// Something claimed of it is not so.
    Broken,
    /// There is nothing to claim: one end does not implement the encoding.
    Unsupported,
    /// Nothing is known, which is no pass.
    CouldNotRun,
}

/// Judges a cell.
pub fn verdict(observation: &Observation, expectations: &[Expectation], due: Due) -> CellVerdict {
    match observation {
        Observation::Unsupported => CellVerdict::Unsupported,
        Observation::CouldNotRun(_) => CellVerdict::CouldNotRun,
        // Fewer exchanges than vectors would leave some unjudged.
        Observation::Ran(exchanges) if exchanges.len() != expectations.len() => {
            CellVerdict::CouldNotRun
        }
        Observation::Ran(exchanges) => {
            let mut pairs = exchanges.iter().zip(expectations);
            let predicted = |(exchange, expectation): (&Exchange, &Expectation)| {
                expectation.predicted(exchange) == Some(true)
            };
            let kept =
                |(exchange, expectation): (&Exchange, &Expectation)| expectation.kept(exchange);
            let held = match due {
                Due::RightAsPredicted => pairs.all(|pair| predicted(pair) && kept(pair)),
                Due::AsPredicted => pairs.all(predicted),
                Due::Right => pairs.all(kept),
                Due::Wrong => !pairs.all(kept),
                Due::Anything => true,
            };
            if held {
                CellVerdict::Held
            } else {
                CellVerdict::Broken
            }
        }
    }
}

impl CellVerdict {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            CellVerdict::Held => "held",
            CellVerdict::Broken => "broken",
            CellVerdict::Unsupported => "unsupported",
            CellVerdict::CouldNotRun => "could-not-run",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expectation::Prediction;
    use crate::outcome::{Outcome, Short};

    fn exchange(outcome: Outcome) -> Exchange {
        Exchange {
            outcome,
            sent: vec![1],
            received: vec![2],
        }
    }

    fn expectation(predicted: Outcome, promised: Outcome, octets_too: bool) -> Expectation {
        Expectation {
            prediction: Some(Prediction {
                outcome: predicted,
                sent: vec![1],
                received: vec![2],
            }),
            promised,
            octets_too,
        }
    }

    #[test]
    fn the_whole_table() {
        use Due::{AsPredicted, RightAsPredicted};
        use Outcome::Sum;
        for (observed, predicted, promised, due, expected) in [
            (Sum(3), Sum(3), Sum(3), RightAsPredicted, CellVerdict::Held),
            (Sum(3), Sum(3), Sum(3), AsPredicted, CellVerdict::Held),
            // Wrong as predicted: what a raw encoding claims, and what an explicit one must not do.
            (Sum(4), Sum(4), Sum(3), AsPredicted, CellVerdict::Held),
            (
                Sum(4),
                Sum(4),
                Sum(3),
                RightAsPredicted,
                CellVerdict::Broken,
            ),
            // Right, where it was predicted wrong, is as broken as the other way round.
            (Sum(3), Sum(4), Sum(3), AsPredicted, CellVerdict::Broken),
            (Sum(4), Sum(3), Sum(3), AsPredicted, CellVerdict::Broken),
            (
                Sum(3),
                Sum(4),
                Sum(3),
                RightAsPredicted,
                CellVerdict::Broken,
            ),
            // A hang with another proof is another hang.
            (
                Outcome::Starved(Some(Short { got: 8, want: 16 })),
                Outcome::Starved(Some(Short { got: 8, want: 24 })),
                Sum(3),
                AsPredicted,
                CellVerdict::Broken,
            ),
            (
                Outcome::Starved(None),
                Outcome::Starved(Some(Short { got: 8, want: 24 })),
                Sum(3),
                AsPredicted,
                CellVerdict::Broken,
            ),
        ] {
            let judged = verdict(
                &Observation::Ran([exchange(observed.clone())].into()),
                &[expectation(predicted.clone(), promised, false)],
                due,
            );
            assert_eq!(
                judged, expected,
                "{observed} where {predicted} was predicted, {due:?}"
            );
        }
    }

    #[test]
    fn without_a_model_a_claim_is_all_there_is_to_hold() {
        let (right, wrong) = (Outcome::Sum(3), Outcome::Sum(4));
        for (observed, due, expected) in [
            ([&right, &right], Due::Right, CellVerdict::Held),
            ([&right, &wrong], Due::Right, CellVerdict::Broken),
            ([&right, &wrong], Due::Wrong, CellVerdict::Held),
            // A known failure that starts to pass.
            ([&right, &right], Due::Wrong, CellVerdict::Broken),
            ([&wrong, &wrong], Due::Anything, CellVerdict::Held),
            // Nobody predicted anything.
            ([&right, &right], Due::AsPredicted, CellVerdict::Broken),
        ] {
            let expectation = Expectation {
                prediction: None,
                ..expectation(right.clone(), right.clone(), false)
            };
            let exchanges = observed.map(|outcome| exchange(outcome.clone()));
            let judged = verdict(
                &Observation::Ran(exchanges.into()),
                &[expectation.clone(), expectation],
                due,
            );
            assert_eq!(judged, expected, "{observed:?} {due:?}");
        }
    }

    #[test]
    fn one_bad_vector_breaks_a_cell() {
        let good = (
            exchange(Outcome::Sum(3)),
            expectation(Outcome::Sum(3), Outcome::Sum(3), false),
        );
        let bad = (
            exchange(Outcome::Sum(5)),
            expectation(Outcome::Sum(4), Outcome::Sum(4), false),
        );
        let (exchanges, expectations): (Vec<_>, Vec<_>) =
            [good.clone(), bad, good].into_iter().unzip();
        assert_eq!(
            verdict(
                &Observation::Ran(exchanges.into()),
                &expectations,
                Due::AsPredicted
            ),
            CellVerdict::Broken
        );
    }

    #[test]
    fn other_octets_than_predicted_break_a_raw_cell_even_when_the_sum_is_right() {
        let mut odd = exchange(Outcome::Sum(3));
        odd.sent = vec![9];
        for (octets_too, expected) in [(true, CellVerdict::Broken), (false, CellVerdict::Held)] {
            let judged = verdict(
                &Observation::Ran([odd.clone()].into()),
                &[expectation(Outcome::Sum(3), Outcome::Sum(3), octets_too)],
                Due::AsPredicted,
            );
            assert_eq!(judged, expected);
        }
    }

    #[test]
    fn what_did_not_run_is_never_a_pass() {
        let expectations = [expectation(Outcome::Sum(3), Outcome::Sum(3), false)];
        for (observation, expected) in [
            (Observation::Unsupported, CellVerdict::Unsupported),
            (
                Observation::CouldNotRun("no runner".to_owned()),
                CellVerdict::CouldNotRun,
            ),
            (Observation::Ran([].into()), CellVerdict::CouldNotRun),
        ] {
            assert_eq!(
                verdict(&observation, &expectations, Due::RightAsPredicted),
                expected
            );
        }
    }
}
