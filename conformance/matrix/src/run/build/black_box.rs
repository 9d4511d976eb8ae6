//! How a program that is not spoken to by the contract is started: a command in which, for each exchange, a port and a request are put.

use std::path::PathBuf;

use cross::Host;
use cross::process::Invocation;
use cross::runner::Runner;

use crate::participant::command::{Command, Values};

/// A command, and where and by what it runs.
#[derive(Clone, Debug)]
pub struct Start {
    pub(super) command: Command,
    pub(super) runner: Runner,
    pub(super) folder: PathBuf,
    pub(super) host: Host,
}

impl Start {
    /// The command with these values put in.
    pub(in crate::run) fn invocation(&self, values: &Values) -> Invocation {
        invocation(
            &self.command.with(values).words(),
            &self.runner,
            self.folder.clone(),
            &self.host,
        )
    }
}

/// These words, run by a runner; nothing of it outlives this process.
pub(super) fn invocation(
    words: &[String],
    runner: &Runner,
    folder: PathBuf,
    host: &Host,
) -> Invocation {
    let (program, arguments) = words
        .split_first()
        .map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    runner
        .invocation(program.as_ref())
        .args(arguments)
        .directory(folder)
        .dying_with_this_process(host)
}
