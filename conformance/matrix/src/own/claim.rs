//! What a user claims of an encoding, and what that asks of a cell between two machines.

use std::collections::BTreeSet;

use layout::{Abi, Abis};

use crate::verdict::Due;

/// A claim about an encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Every answer is as promised, between any two machines.
    CorrectEverywhere,
    /// Every answer is as promised between machines of one island; of others nothing is claimed.
    CorrectWithinAnIsland(Island),
    /// Between machines of different islands not every answer is as promised, and between those of one it is.
    KnownBroken {
        /// The islands.
        island: Island,
        /// Why that is so, in the user's words.
        reason: String,
    },
}

/// What machines of one island agree in: facts of their ABIs (`byte-order`, `align.int64`), or all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Island(Vec<String>);

impl Island {
    /// The machines that agree in these facts; in all, where none is named.
    pub fn of(facts: Vec<String>) -> Island {
        Island(facts)
    }

    /// Whether two machines are of one island.
    pub fn joins(&self, one: &Abi, other: &Abi) -> bool {
        let (ones, others) = (one.fact_words(), other.fact_words());
        match self.0.as_slice() {
            [] => ones == others,
            facts => facts.iter().all(|key| ones.get(key) == others.get(key)),
        }
    }

    /// The facts, in words.
    pub fn words(&self) -> String {
        match self.0.as_slice() {
            [] => "anything".to_owned(),
            facts => facts.join(" or "),
        }
    }
}

/// The facts that these ABIs have.
pub fn facts(abis: &Abis) -> BTreeSet<String> {
    abis.iter()
        .flat_map(|abi| abi.fact_words().into_keys())
        .collect()
}

impl Claim {
    /// What it asks of a cell between two machines.
    pub fn due(&self, server: &Abi, client: &Abi) -> Due {
        match self {
            Claim::CorrectEverywhere => Due::Right,
            Claim::CorrectWithinAnIsland(island) | Claim::KnownBroken { island, .. }
                if island.joins(server, client) =>
            {
                Due::Right
            }
            Claim::CorrectWithinAnIsland(_) => Due::Anything,
            Claim::KnownBroken { .. } => Due::Wrong,
        }
    }

    /// The claim in a word.
    pub fn in_a_word(&self) -> &'static str {
        match self {
            Claim::CorrectEverywhere => "correct everywhere",
            Claim::CorrectWithinAnIsland(_) => "correct within an island",
            Claim::KnownBroken { .. } => "known broken",
        }
    }

    /// The claim as a sentence about an encoding.
    pub fn sentence(&self, encoding: &str) -> String {
        match self {
            Claim::CorrectEverywhere => format!("`{encoding}` is correct in every cell"),
            Claim::CorrectWithinAnIsland(island) => format!(
                "`{encoding}` is correct between machines that do not differ in {}",
                island.words()
            ),
            Claim::KnownBroken { island, reason } => format!(
                "`{encoding}` is broken between machines that differ in {}, and correct between others ({reason})",
                island.words()
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_follows_from_the_claim_and_the_two_machines() {
        let abi = |name| Abis::builtin().get(name).unwrap();
        let island =
            |facts: &[&str]| Island::of(facts.iter().map(|fact| (*fact).to_owned()).collect());
        let (order, any) = (island(&["byte-order"]), island(&[]));
        let broken = |island: &Island| Claim::KnownBroken {
            island: island.clone(),
            reason: "issue 12".to_owned(),
        };
        let within = |island: &Island| Claim::CorrectWithinAnIsland(island.clone());
        let (x86, i386, s390x) = ("x86_64-sysv", "i386-sysv", "s390x-elf");
        for (claim, server, client, due) in [
            (Claim::CorrectEverywhere, x86, s390x, Due::Right),
            (within(&order), x86, i386, Due::Right),
            (within(&order), x86, s390x, Due::Anything),
            (within(&any), x86, x86, Due::Right),
            (within(&any), x86, i386, Due::Anything),
            (broken(&order), i386, x86, Due::Right),
            (broken(&order), s390x, x86, Due::Wrong),
        ] {
            assert_eq!(
                claim.due(abi(server), abi(client)),
                due,
                "{claim:?} {server} {client}"
            );
        }
    }

    #[test]
    fn the_facts_are_those_that_programs_measure() {
        let facts = facts(Abis::builtin());
        for fact in ["byte-order", "size.long", "align.int64", "char-signed"] {
            assert!(facts.contains(fact), "{fact}");
        }
    }
}
