//! The verdict: a pure function of what was observed, what was predicted, and what is claimed.

use proto::{Encoding, Family};

use crate::outcome::Outcome;
use crate::predict::Prediction;

/// What the suite asserts about an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Every outcome is what the protocol promises, on every pair of machines.
    CorrectEverywhere,
    /// Every outcome is what the model predicts, right or wrong.
    AsPredicted,
}

/// One exchange, as it was observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The outcome.
    pub outcome: Outcome,
    /// The octets that the client sent.
    pub sent: Vec<u8>,
    /// The octets that came back.
    pub received: Vec<u8>,
}

/// What was observed of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// Every vector was exchanged.
    Ran(Vec<Exchange>),
    /// One end does not implement the encoding.
    Unsupported,
    /// It did not come to that, and why.
    CouldNotRun(String),
}

/// What becomes of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Everything claimed of it is so.
    Held,
    /// Something claimed of it is not so.
    Broken,
    /// There is nothing to claim: one end does not implement the encoding.
    Unsupported,
    /// Nothing is known, which is no pass.
    CouldNotRun,
}

/// A prediction and what the protocol promised, for one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// What the model says.
    pub prediction: Prediction,
    /// What the protocol promises.
    pub promised: Outcome,
    /// Whether the octets of the prediction must be those on the wire.
    pub octets_too: bool,
}

impl Claim {
    /// The claim about an encoding. Traps look like their family and are not; nothing else is excepted.
    pub fn about(encoding: &dyn Encoding) -> Claim {
        match (encoding.family(), encoding.trap()) {
            (Family::Raw, _) | (_, Some(_)) => Claim::AsPredicted,
            _ => Claim::CorrectEverywhere,
        }
    }
}

impl Expectation {
    /// Whether an exchange went as predicted.
    pub fn predicted(&self, exchange: &Exchange) -> bool {
        let octets =
            self.prediction.sent == exchange.sent && self.prediction.received == exchange.received;
        self.prediction.outcome == exchange.outcome && (octets || !self.octets_too)
    }
}

/// Judges a cell.
pub fn verdict(observation: &Observation, expectations: &[Expectation], claim: Claim) -> Verdict {
    match observation {
        Observation::Unsupported => Verdict::Unsupported,
        Observation::CouldNotRun(_) => Verdict::CouldNotRun,
        // Fewer exchanges than vectors would leave some unjudged.
        Observation::Ran(exchanges) if exchanges.len() != expectations.len() => {
            Verdict::CouldNotRun
        }
        Observation::Ran(exchanges) => {
            let held = exchanges
                .iter()
                .zip(expectations)
                .all(|(exchange, expectation)| {
                    expectation.predicted(exchange)
                        && (claim == Claim::AsPredicted || exchange.outcome == expectation.promised)
                });
            if held { Verdict::Held } else { Verdict::Broken }
        }
    }
}

impl Verdict {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Held => "held",
            Verdict::Broken => "broken",
            Verdict::Unsupported => "unsupported",
            Verdict::CouldNotRun => "could-not-run",
        }
    }
}

/// All outcomes of a cell in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Summary {
    /// Every vector as promised.
    Correct,
    /// Some vectors as promised, some not: right by luck.
    Lucky,
    /// None as promised, and a number (or nonsense) came back at least once.
    Wrong,
    /// None as promised: every one that was sent hung.
    Starved,
    /// None as promised: every one that was sent was refused, or closed upon.
    Refused,
    /// The client could send none of them.
    Unrepresentable,
}

impl Summary {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            Summary::Correct => "correct",
            Summary::Lucky => "lucky",
            Summary::Wrong => "wrong",
            Summary::Starved => "starved",
            Summary::Refused => "refused",
            Summary::Unrepresentable => "unrepresentable",
        }
    }

    /// Sums up outcomes, each with what was promised; `None` when there are none.
    pub fn of<'a>(
        outcomes: impl IntoIterator<Item = (&'a Outcome, &'a Outcome)>,
    ) -> Option<Summary> {
        let (mut correct, mut all) = (0_usize, 0_usize);
        let (mut unsent, mut starved, mut refused) = (0_usize, 0_usize, 0_usize);
        for (outcome, promised) in outcomes {
            all += 1;
            match outcome {
                _ if outcome == promised => correct += 1,
                Outcome::Unrepresentable | Outcome::Unsupported => unsent += 1,
                Outcome::Starved(_) => starved += 1,
                Outcome::Refused(_) | Outcome::Closed => refused += 1,
                Outcome::Sum(_) | Outcome::Garbled => {}
            }
        }
        let sent = all - unsent;
        Some(match all {
            0 => return None,
            _ if correct == all => Summary::Correct,
            _ if correct > 0 => Summary::Lucky,
            _ if sent == 0 => Summary::Unrepresentable,
            _ if starved == sent => Summary::Starved,
            _ if refused == sent => Summary::Refused,
            _ => Summary::Wrong,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Short;

    fn exchange(outcome: Outcome) -> Exchange {
        Exchange {
            outcome,
            sent: vec![1],
            received: vec![2],
        }
    }

    fn expectation(predicted: Outcome, promised: Outcome, octets_too: bool) -> Expectation {
        Expectation {
            prediction: Prediction {
                outcome: predicted,
                sent: vec![1],
                received: vec![2],
            },
            promised,
            octets_too,
        }
    }

    #[test]
    fn the_whole_table() {
        use Claim::{AsPredicted, CorrectEverywhere};
        use Outcome::Sum;
        for (observed, predicted, promised, claim, expected) in [
            (Sum(3), Sum(3), Sum(3), CorrectEverywhere, Verdict::Held),
            (Sum(3), Sum(3), Sum(3), AsPredicted, Verdict::Held),
            // Wrong as predicted: what a raw encoding claims, and what an explicit one must not do.
            (Sum(4), Sum(4), Sum(3), AsPredicted, Verdict::Held),
            (Sum(4), Sum(4), Sum(3), CorrectEverywhere, Verdict::Broken),
            // Right, where it was predicted wrong, is as broken as the other way round.
            (Sum(3), Sum(4), Sum(3), AsPredicted, Verdict::Broken),
            (Sum(4), Sum(3), Sum(3), AsPredicted, Verdict::Broken),
            (Sum(3), Sum(4), Sum(3), CorrectEverywhere, Verdict::Broken),
            // A hang with another proof is another hang.
            (
                Outcome::Starved(Some(Short { got: 8, want: 16 })),
                Outcome::Starved(Some(Short { got: 8, want: 24 })),
                Sum(3),
                AsPredicted,
                Verdict::Broken,
            ),
            (
                Outcome::Starved(None),
                Outcome::Starved(Some(Short { got: 8, want: 24 })),
                Sum(3),
                AsPredicted,
                Verdict::Broken,
            ),
        ] {
            let judged = verdict(
                &Observation::Ran(vec![exchange(observed.clone())]),
                &[expectation(predicted.clone(), promised, false)],
                claim,
            );
            assert_eq!(
                judged, expected,
                "{observed} where {predicted} was predicted, {claim:?}"
            );
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
                &Observation::Ran(exchanges),
                &expectations,
                Claim::AsPredicted
            ),
            Verdict::Broken
        );
    }

    #[test]
    fn other_octets_than_predicted_break_a_raw_cell_even_when_the_sum_is_right() {
        let mut odd = exchange(Outcome::Sum(3));
        odd.sent = vec![9];
        for (octets_too, expected) in [(true, Verdict::Broken), (false, Verdict::Held)] {
            let judged = verdict(
                &Observation::Ran(vec![odd.clone()]),
                &[expectation(Outcome::Sum(3), Outcome::Sum(3), octets_too)],
                Claim::AsPredicted,
            );
            assert_eq!(judged, expected);
        }
    }

    #[test]
    fn what_did_not_run_is_never_a_pass() {
        let expectations = [expectation(Outcome::Sum(3), Outcome::Sum(3), false)];
        for (observation, expected) in [
            (Observation::Unsupported, Verdict::Unsupported),
            (
                Observation::CouldNotRun("no runner".to_owned()),
                Verdict::CouldNotRun,
            ),
            (Observation::Ran(Vec::new()), Verdict::CouldNotRun),
        ] {
            assert_eq!(
                verdict(&observation, &expectations, Claim::CorrectEverywhere),
                expected
            );
        }
    }

    #[test]
    fn a_cell_in_one_word() {
        let (three, four, nine) = (Outcome::Sum(3), Outcome::Sum(4), Outcome::Sum(9));
        let starved = Outcome::Starved(None);
        let unsent = Outcome::Unrepresentable;
        for (outcomes, expected) in [
            (vec![], None),
            (vec![&three], Some(Summary::Correct)),
            (vec![&three, &four], Some(Summary::Lucky)),
            (vec![&three, &unsent], Some(Summary::Lucky)),
            (vec![&four, &nine], Some(Summary::Wrong)),
            (vec![&four, &starved], Some(Summary::Wrong)),
            (vec![&starved, &unsent], Some(Summary::Starved)),
            (vec![&Outcome::Closed, &unsent], Some(Summary::Refused)),
            (vec![&unsent], Some(Summary::Unrepresentable)),
        ] {
            assert_eq!(
                Summary::of(outcomes.iter().map(|outcome| (*outcome, &three))),
                expected,
                "{outcomes:?}"
            );
        }
    }
}
