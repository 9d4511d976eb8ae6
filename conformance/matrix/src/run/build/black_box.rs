//! How a black-box program is started: by a command into which a port, and for each exchange a request, are put.

use std::ffi::OsString;
use std::path::PathBuf;

use cross::Host;
use cross::process::Invocation;
use cross::runner::Runner;

use crate::participant::command::{Command, Values};
use crate::run::network::Network;

/// A command, where it runs, and the runner that runs it.
#[derive(Clone, Debug)]
pub struct Start {
    pub(super) command: Command,
    pub(super) runner: Runner,
    pub(super) folder: PathBuf,
    pub(super) host: Host,
    /// The variables that it needs besides.
    pub(super) variables: Vec<(&'static str, OsString)>,
    /// Where it meets others.
    pub(in crate::run) network: Network,
}

impl Start {
    /// The command with these values put in.
    pub(in crate::run) fn invocation(&self, values: &Values) -> Invocation {
        let program = invocation(
            &self.command.with(values).words(),
            &self.runner,
            self.folder.clone(),
            &self.host,
        );
        let variables = self.variables.iter();
        let program = variables.fold(program, |program, (name, value)| program.env(name, value));
        self.network.inside(program)
    }
}

/// These words, run by a runner. The kernel kills the program with this process.
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
        .kill_with_parent(host)
}
