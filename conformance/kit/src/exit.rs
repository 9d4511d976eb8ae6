//! The exit codes, in one place.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// 0: every claim holds.
    Held,
    /// 1: a claim failed.
    Failed,
    /// 2: the command line or an input file is wrong.
    Usage,
    /// 3: something could not run.
    CouldNotRun,
    /// What a contract between processes says, where this is one of them.
    Contract(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Held => 0,
            Exit::Failed => 1,
            Exit::Usage => 2,
            Exit::CouldNotRun => 3,
            Exit::Contract(code) => code,
        })
    }
}
