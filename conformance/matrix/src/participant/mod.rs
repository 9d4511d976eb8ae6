//! Participants: implementations (rows of `participants.toml`, or of a user's file), each built for a target.

pub mod command;
pub mod program;

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use cross::Target;
use layout::{Abi, Abis};
use serde::Deserialize;

use program::Program;

/// One implementation: a row of `participants.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Implementation {
    /// The part before the `@`.
    pub name: String,
    /// How it is built, and started.
    pub build: Build,
    /// What it implements.
    pub encodings: Vec<String>,
}

/// How an implementation is built for a target.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Build {
    /// This workspace's `participant`.
    Cargo,
    /// The C program, by gcc.
    Gcc,
    /// The C program, by clang.
    Clang,
    /// The C program, by zig.
    Zig,
    /// A user's own program, by its own commands.
    #[serde(skip)]
    Own(Program),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    participant: Vec<Implementation>,
}

static IMPLEMENTATIONS: LazyLock<Vec<Arc<Implementation>>> = LazyLock::new(|| {
    #[expect(
        clippy::expect_used,
        reason = "the table is part of the program, and a test parses it"
    )]
    let table: Table =
        toml::from_str(include_str!("../../participants.toml")).expect("participants.toml parses");
    table.participant.into_iter().map(Arc::new).collect()
});

/// All implementations, sorted by name.
pub fn implementations() -> &'static [Arc<Implementation>] {
    &IMPLEMENTATIONS
}

impl Implementation {
    /// Whether it is of those that are built for such a target: where zig alone builds for it, nothing else of this repository does.
    fn is_for(&self, target: &Target) -> bool {
        match &self.build {
            Build::Own(_) => true,
            Build::Zig => target.zig.is_some(),
            Build::Cargo | Build::Gcc | Build::Clang => !target.is_of_zig_alone(),
        }
    }

    /// Why there cannot be one for this target, whatever is installed.
    pub fn impossible(&self, target: &Target, abi: Option<&Abi>) -> Option<String> {
        match &self.build {
            Build::Cargo => target.no_rust.clone(),
            Build::Gcc | Build::Zig => None,
            Build::Clang => target.no_clang.clone(),
            Build::Own(program) => program.impossible(target, abi?),
        }
    }

    /// Whether its build may use every core by itself.
    pub fn uses_every_core(&self) -> bool {
        matches!(self.build, Build::Cargo | Build::Zig | Build::Own(_))
    }

    /// Whether nobody needs it for this target, since others build for it by what plain `setup` brings.
    pub fn is_beside_others(&self, target: &Target) -> bool {
        self.build == Build::Zig && !target.is_of_zig_alone()
    }

    /// Whether it can serve.
    pub fn serves(&self) -> bool {
        match &self.build {
            Build::Own(program) => program.serves.is_some(),
            _ => true,
        }
    }

    /// Whether it can ask.
    pub fn asks(&self) -> bool {
        match &self.build {
            Build::Own(program) => program.asks.is_some(),
            _ => true,
        }
    }

    /// Whether it says that it implements an encoding.
    pub fn implements(&self, encoding: &str) -> bool {
        self.encodings.iter().any(|name| name == encoding)
    }
}

/// An implementation for a target: `rust@s390x-unknown-linux-gnu`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParticipantId {
    /// The implementation's name.
    pub implementation: String,
    /// The target's name.
    pub target: String,
}

impl fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}@{}", self.implementation, self.target))
    }
}

impl FromStr for ParticipantId {
    type Err = NotAParticipant;

    fn from_str(text: &str) -> Result<Self, NotAParticipant> {
        match text.split_once('@') {
            Some((implementation, target)) if !implementation.is_empty() && !target.is_empty() => {
                Ok(ParticipantId {
                    implementation: implementation.to_owned(),
                    target: target.to_owned(),
                })
            }
            _ => Err(NotAParticipant(text.to_owned())),
        }
    }
}

/// A word that is not `IMPLEMENTATION@TARGET`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a participant: IMPLEMENTATION@TARGET was expected, such as rust@s390x-unknown-linux-gnu"
)]
pub struct NotAParticipant(String);

/// A participant that may take part.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Its name.
    pub id: ParticipantId,
    /// Its implementation.
    pub implementation: Arc<Implementation>,
    /// Its target.
    pub target: &'static Target,
}

/// A participant that is left out of the default matrix, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its name.
    pub id: ParticipantId,
    /// Why.
    pub why: String,
}

/// All participants for these targets, sorted by name; and those that there cannot be, by what these ABIs are.
///
/// `named` says that the user named the targets: then those are tried, too, that are not in the default matrix.
pub fn participants(
    implementations: &[Arc<Implementation>],
    targets: &[&'static Target],
    abis: &Abis,
    named: bool,
) -> (Vec<Participant>, Vec<LeftOut>) {
    let mut taking_part = Vec::new();
    let mut left_out = Vec::new();
    for implementation in implementations {
        for &target in targets
            .iter()
            .filter(|target| implementation.is_for(target))
        {
            let id = ParticipantId {
                implementation: implementation.name.clone(),
                target: target.name.clone(),
            };
            let unobserved = target.unobserved.clone().filter(|_| !named);
            let abi = abis.get(&target.abi);
            match implementation.impossible(target, abi).or(unobserved) {
                Some(why) => left_out.push(LeftOut { id, why }),
                None => taking_part.push(Participant {
                    id,
                    implementation: Arc::clone(implementation),
                    target,
                }),
            }
        }
    }
    taking_part.sort_by(|a, b| a.id.cmp(&b.id));
    left_out.sort_by(|a, b| a.id.cmp(&b.id));
    (taking_part, left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_participants_name_reads_back() {
        for implementation in implementations() {
            for target in cross::targets() {
                let id = ParticipantId {
                    implementation: implementation.name.clone(),
                    target: target.name.clone(),
                };
                assert_eq!(id.to_string().parse(), Ok(id));
            }
        }
    }

    #[test]
    fn what_is_not_a_participant_is_told_so() {
        for text in ["", "rust", "@s390x", "rust@"] {
            assert_eq!(
                text.parse::<ParticipantId>(),
                Err(NotAParticipant(text.to_owned()))
            );
        }
    }

    #[test]
    fn the_table_declares_only_encodings_that_exist() {
        for implementation in implementations() {
            for encoding in &implementation.encodings {
                assert!(
                    proto::named(encoding).is_some(),
                    "{} declares `{encoding}`",
                    implementation.name
                );
            }
        }
    }

    #[test]
    fn the_default_matrix_is_as_wide_as_promised() {
        let targets: Vec<_> = cross::targets().collect();
        let all = implementations();
        let (participants, left_out) = participants(all, &targets, Abis::builtin(), false);
        assert!(
            participants.len() >= 30,
            "{} participants",
            participants.len()
        );
        assert!(left_out.iter().all(|left| !left.why.is_empty()));
        assert_eq!(
            participants.len() + left_out.len(),
            targets.len() * (implementations().len() - 1)
                + targets.iter().filter(|target| target.zig.is_some()).count(),
            "zig builds for some of these"
        );
    }
}
