//! All outcomes of a cell in one word.

use crate::outcome::Outcome;

/// All outcomes of a cell in one word. A vector that the client could not represent was not sent, and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Summary {
    /// Every vector that was sent came back as promised.
    Correct,
    /// Some vectors as promised, some not: partly right.
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
        let (mut all, mut sent, mut correct) = (0_usize, 0_usize, 0_usize);
        let (mut starved, mut refused) = (0_usize, 0_usize);
        for (outcome, promised) in outcomes {
            all += 1;
            sent += 1;
            match outcome {
                Outcome::Unrepresentable | Outcome::Unsupported => sent -= 1,
                _ if outcome == promised => correct += 1,
                Outcome::Starved(_) => starved += 1,
                Outcome::Refused(_) | Outcome::Closed | Outcome::Died(_) => refused += 1,
                Outcome::Sum(_) | Outcome::Reply(_) | Outcome::Garbled => {}
            }
        }
        Some(match sent {
            _ if all == 0 => return None,
            0 => Summary::Unrepresentable,
            _ if correct == sent => Summary::Correct,
            _ if correct > 0 => Summary::Lucky,
            _ if starved == sent => Summary::Starved,
            _ if refused == sent => Summary::Refused,
            _ => Summary::Wrong,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_in_one_word() {
        let (three, four, nine) = (Outcome::Sum(3), Outcome::Sum(4), Outcome::Sum(9));
        let starved = Outcome::Starved(None);
        let unsent = Outcome::Unrepresentable;
        for (outcomes, expected) in [
            (vec![], None),
            (vec![&three], Some(Summary::Correct)),
            (vec![&three, &unsent], Some(Summary::Correct)),
            (vec![&three, &four], Some(Summary::Lucky)),
            (vec![&three, &starved], Some(Summary::Lucky)),
            (vec![&four, &nine], Some(Summary::Wrong)),
            (vec![&four, &starved], Some(Summary::Wrong)),
            (vec![&starved, &unsent], Some(Summary::Starved)),
            (vec![&Outcome::Closed, &unsent], Some(Summary::Refused)),
            (vec![&unsent], Some(Summary::Unrepresentable)),
        ] {
            let summary = Summary::of(outcomes.iter().map(|outcome| (*outcome, &three)));
            assert_eq!(summary, expected, "{outcomes:?}");
        }
    }
}
