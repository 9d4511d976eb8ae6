//! What may go wrong around a process.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::{Exit, UNREACHED};

/// What may go wrong around a process, as opposed to inside it.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It did not start.
    #[error("cannot start {program}: {source}")]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It was still running when its time was over, and was killed.
    #[error("{program} was still running after {} s and was killed", .limit.as_secs())]
    Late {
        /// The program.
        program: PathBuf,
        /// The time it had.
        limit: Duration,
    },
    /// Talking to it failed.
    #[error("lost {program}: {source}")]
    Lost {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What leads to another machine says that it did not come to the program, or not to its end.
    #[error("`{connection}` did not reach the program, or lost it (status {UNREACHED}, which ssh keeps for itself){}", said(.stderr))]
    Unreached {
        /// What leads there.
        connection: String,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
    /// It ended otherwise than with status 0, where that was wanted.
    #[error("`{command}` {exit}{}", said(.stderr))]
    Failed {
        /// The whole command.
        command: String,
        /// How it ended.
        exit: Exit,
        /// The end of what it wrote to standard error.
        stderr: String,
    },
}

fn said(stderr: &str) -> String {
    let stderr = stderr.trim_end();
    if stderr.is_empty() {
        String::new()
    } else {
        format!(":\n{stderr}")
    }
}
