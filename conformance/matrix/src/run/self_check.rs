//! Before a participant takes part: its own facts must equal the model's, and it must decline what nobody implements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::build::{Built, Serving};
use super::complaints::Complaints;
use super::contract::{MADE_UP, ServerLine};
use super::json_lines::facts_in_words;
use crate::participant::Participant;
use crate::protocol::Encoding;
use cross::process::{Exit, Invocation};

/// How long a participant may take to answer a question about itself. An emulator starts in a fraction of a second; a board behind ssh in a few.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(30);

/// What a participant said about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelfReport {
    /// The facts it measured.
    pub facts: BTreeMap<String, String>,
    /// What it does not implement, among the encodings asked for.
    pub declines: BTreeSet<String>,
}

/// Why a participant does not take part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Its facts are not the model's: one of the two is wrong.
    #[error("its own facts differ from the model of {abi}: {}", .differences.join("; "))]
    Differs {
        /// The model.
        abi: String,
        /// What it measured.
        facts: BTreeMap<String, String>,
        /// Each difference.
        differences: Vec<String>,
    },
    /// It did not do what PARTICIPANTS.md asks.
    #[error("{0}")]
    BreaksContract(String),
}

/// Asks a participant about itself; its facts must be those of the model.
pub(super) async fn self_check(
    participant: &Participant,
    built: &Built,
    model: &BTreeMap<String, String>,
    encodings: &[Arc<dyn Encoding>],
) -> Result<SelfReport, Rejected> {
    let Some(Serving::ByContract(server)) = &built.server else {
        // A black box cannot be asked. What its row declares is taken for what it implements.
        let declines = encodings.iter().map(|encoding| encoding.name());
        let declines = declines.filter(|name| !participant.implementation.implements(name));
        return Ok(SelfReport {
            facts: BTreeMap::new(),
            declines: declines.map(str::to_owned).collect(),
        });
    };
    let facts = ask_facts(server).await.map_err(Rejected::BreaksContract)?;
    let differences = differences(&facts, model);
    if !differences.is_empty() {
        return Err(Rejected::Differs {
            abi: participant.target.abi.clone(),
            facts,
            differences,
        });
    }
    let declines = ask_declined(server, encodings)
        .await
        .map_err(Rejected::BreaksContract)?;
    Ok(SelfReport { facts, declines })
}

async fn ask_facts(server: &Invocation) -> Result<BTreeMap<String, String>, String> {
    let asked = "`abi`";
    let output = server
        .clone()
        .arg("abi")
        .output(QUESTION_TIMEOUT)
        .await
        .map_err(|error| format!("{asked}: {error}"))?;
    if output.exit != Exit::Code(0) {
        return Err(format!(
            "{asked}: it {}{}",
            output.exit,
            Complaints::of(&output.stderr).told()
        ));
    }
    let fact = |line: &str| {
        let (key, value) = line
            .split_once(' ')
            .ok_or_else(|| format!("{asked}: `{line}` is not `KEY VALUE`"))?;
        Ok::<_, String>((key.to_owned(), value.to_owned()))
    };
    let facts = facts_in_words(&output.stdout);
    facts.lines().map(fact).collect()
}

/// The facts that every participant must give.
const REQUIRED: [&str; 4] = ["byte-order", "size.long", "align.int64", "char-signed"];

fn differences(
    measured: &BTreeMap<String, String>,
    model: &BTreeMap<String, String>,
) -> Vec<String> {
    let missing = REQUIRED
        .iter()
        .filter(|key| !measured.contains_key(**key))
        .map(|key| format!("{key} was not measured"));
    let differing = measured.iter().filter_map(|(key, value)| {
        let expected = model.get(key)?;
        (value != expected).then(|| format!("{key} is {value}, the model says {expected}"))
    });
    missing.chain(differing).collect()
}

async fn ask_declined(
    server: &Invocation,
    encodings: &[Arc<dyn Encoding>],
) -> Result<BTreeSet<String>, String> {
    let asked = "`serve` with a made-up encoding";
    // The made-up one is last: so a participant that serves the first names before it reads the others is noticed.
    let names = encodings
        .iter()
        .map(|encoding| encoding.name())
        .chain([MADE_UP]);
    let output = server
        .clone()
        .arg("serve")
        .args(names)
        .output(QUESTION_TIMEOUT)
        .await
        .map_err(|error| format!("{asked}: {error}"))?;
    if output.exit != Exit::Code(127) {
        return Err(format!(
            "{asked}: it {} where 127 was expected{}",
            output.exit,
            Complaints::of(&output.stderr).told()
        ));
    }
    let mut declined = BTreeSet::new();
    for line in output.stdout.lines() {
        match ServerLine::read(line) {
            Ok(ServerLine::Unsupported { encoding }) => declined.insert(encoding),
            Ok(_) => {
                return Err(format!(
                    "{asked}: `{line}` where only `unsupported NAME` was expected"
                ));
            }
            Err(nonsense) => return Err(format!("{asked}: {nonsense}")),
        };
    }
    if !declined.remove(MADE_UP) {
        return Err(format!(
            "{asked}: it exited with 127, but did not say `unsupported {MADE_UP}`"
        ));
    }
    Ok(declined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Protocol as _;
    use crate::sums::Sums;
    use crate::sums::vectors::PairChoice;

    fn model_facts(abi: &str) -> BTreeMap<String, String> {
        let abi = layout::Abis::builtin().get(abi).unwrap();
        Sums::new(PairChoice::default()).facts(abi)
    }

    fn facts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn equal_facts_pass_and_unknown_ones_are_kept() {
        let model = model_facts("i386-sysv");
        let mut measured: BTreeMap<_, _> = REQUIRED
            .iter()
            .map(|key| ((*key).to_owned(), model.get(*key).unwrap().clone()))
            .collect();
        measured.insert("colour".to_owned(), "blue".to_owned());
        assert_eq!(differences(&measured, &model), Vec::<String>::new());
    }

    #[test]
    fn a_fact_that_differs_or_is_missing_is_named() {
        let model = facts(&[
            ("byte-order", "big"),
            ("size.long", "4"),
            ("align.int64", "8"),
            ("char-signed", "false"),
        ]);
        let measured = facts(&[
            ("byte-order", "little"),
            ("size.long", "4"),
            ("char-signed", "false"),
        ]);
        assert_eq!(
            differences(&measured, &model),
            [
                "align.int64 was not measured",
                "byte-order is little, the model says big"
            ]
        );
    }

    #[test]
    fn the_model_has_every_required_fact_for_every_target() {
        for target in cross::targets() {
            let facts = model_facts(&target.abi);
            assert!(
                REQUIRED.iter().all(|key| facts.contains_key(*key)),
                "{}",
                target.abi
            );
            assert!(facts.contains_key("size.raw-mixed"), "{}", target.abi);
        }
    }
}
