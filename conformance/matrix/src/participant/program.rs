//! A user's own program: how it is built for a target, started, and spoken to.

use std::path::PathBuf;

use cross::Target;
use layout::Abi;

use super::command::Command;
use kit::property::On;

/// A row of a file of participants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// The folder of the file: there its commands are run.
    pub folder: PathBuf,
    /// What builds it, one after the other.
    pub build: Vec<Command>,
    /// How it serves, if it does.
    pub serves: Option<Serves>,
    /// How it asks, if it does.
    pub asks: Option<Asks>,
    /// Whether its client reads the contract's lines as JSON objects.
    pub json_lines: bool,
    /// Whether it meets others in this machine's network, because it needs more of that than the others.
    pub in_host_network: bool,
    /// Where it can be, if not everywhere.
    pub on: Vec<On>,
}

/// How a program serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// As PARTICIPANTS.md says: `abi`, or `serve ENC ...`, is appended.
    ByContract(Command),
    /// As a black box: a process for each encoding, which listens on the port that it is given.
    BlackBox(Command),
}

/// How a program asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asks {
    /// As PARTICIPANTS.md says: `drive` is appended.
    ByContract(Command),
    /// As a black box: a process for each request, which prints the reply.
    BlackBox(Command),
}

impl Serves {
    /// The command.
    pub fn command(&self) -> &Command {
        match self {
            Serves::ByContract(command) | Serves::BlackBox(command) => command,
        }
    }
}

impl Asks {
    /// The command.
    pub fn command(&self) -> &Command {
        match self {
            Asks::ByContract(command) | Asks::BlackBox(command) => command,
        }
    }
}

impl Program {
    /// Why there cannot be one for this target.
    pub fn impossible(&self, target: &Target, abi: &Abi) -> Option<String> {
        let there = self.on.is_empty() || self.on.iter().any(|on| on.holds(target, abi));
        (!there).then(|| "it is not among the participant's `targets`".to_owned())
    }
}
