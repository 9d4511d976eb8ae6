//! Why a scenario ended before everything was seen.

use std::io;

use cross::process::ProcessError;

/// Why a scenario ended early.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Halt {
    /// This machine cannot make it happen. That says nothing about server and client.
    #[error("{0}")]
    CouldNotRun(String),
    /// Something that must come did not come within the bound.
    #[error("{0}")]
    NeverSeen(String),
}

impl Halt {
    pub(crate) fn could_not(what: impl std::fmt::Display, why: impl std::fmt::Display) -> Halt {
        Halt::CouldNotRun(format!("{what}: {why}"))
    }
}

impl From<ProcessError> for Halt {
    fn from(error: ProcessError) -> Halt {
        Halt::CouldNotRun(error.to_string())
    }
}

/// An error of a socket or pipe of this program. Those of the programs under test show in how they end.
impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Halt {
        Halt::CouldNotRun(error.to_string())
    }
}
