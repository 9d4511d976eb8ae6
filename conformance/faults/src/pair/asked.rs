//! A user's client, making its request.

use std::time::Duration;

use cross::process::{Exit, Running};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::ChildStdout;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::lab::{ADDRESS, PairLab};
use super::programs::{Asking, Said};
use crate::observation::Halt;
use crate::testbed::{Doing, Namespace, Pid, coming, last_words, while_doing};

/// A client that runs.
pub(crate) struct Asked {
    running: Running,
    pid: Pid,
    printed: JoinHandle<Vec<u8>>,
    words: JoinHandle<String>,
}

/// How it ended, or that it did not.
pub(crate) struct ClientEnd {
    /// What it says that it saw; `None` where it still waits.
    pub(crate) said: Option<Said>,
    /// The last line of its standard error.
    pub(crate) words: String,
    /// By the clock.
    pub(crate) took: Duration,
}

/// The most that is kept of what a client prints: a reply is one line.
const MAX_PRINTED: u64 = 64 << 10;

impl Asked {
    pub(super) async fn start(lab: &PairLab, host: &Namespace) -> Result<Asked, Halt> {
        let Asking { invocation, input } = lab.programs.ask(ADDRESS);
        let mut running = host.inside(invocation).start()?;
        let (mut stdin, output, errors) =
            running.streams().ok_or_else(crate::testbed::no_streams)?;
        let pid = running.pid().ok_or_else(crate::testbed::no_streams)?;
        // A client that does not read it has ended; its end shows that.
        let _ = coming(
            "the client to read its input",
            stdin.write_all(input.as_bytes()),
        )
        .await?;
        drop(stdin);
        Ok(Asked {
            running,
            pid: Pid::of(pid),
            printed: tokio::spawn(printed(output)),
            words: last_words(errors),
        })
    }

    /// Kills it.
    pub(crate) async fn kill(mut self) -> Result<(), Halt> {
        self.running.signal(nix::sys::signal::Signal::SIGKILL);
        coming("the client's end after SIGKILL", self.running.wait()).await??;
        Ok(())
    }

    /// Its process.
    pub(super) fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for its end for `within`, of which only the time counts in which everybody sleeps.
    pub(super) async fn end(
        mut self,
        lab: &PairLab,
        within: Duration,
        doing: impl FnMut() -> Result<Doing, Halt>,
    ) -> Result<ClientEnd, Halt> {
        let begun = Instant::now();
        let (exit, _) = while_doing(within, doing, self.running.wait()).await?;
        let took = begun.elapsed();
        let exit: Option<Exit> = exit.transpose()?;
        let Some(exit) = exit else {
            return Ok(ClientEnd {
                said: None,
                words: String::new(),
                took,
            });
        };
        let printed = coming("the end of the client's output", self.printed).await?;
        let printed = printed.unwrap_or_default();
        let words = coming("the end of the client's standard error", self.words).await?;
        let words = words.unwrap_or_default();
        not_started(exit, &words)?;
        let said = lab.programs.said(exit, &String::from_utf8_lossy(&printed));
        Ok(ClientEnd {
            said: Some(said),
            words,
            took,
        })
    }
}

/// Fails where a program was not started at all: nothing is known of it then. Util-linux's programs, by way of which everybody is started, end so when what they are to become cannot be executed.
pub(super) fn not_started(exit: Exit, words: &str) -> Result<(), Halt> {
    let by_starter = ["setpriv: ", "nsenter: "]
        .iter()
        .any(|name| words.starts_with(name));
    match exit {
        Exit::Code(126 | 127) if by_starter => Err(Halt::CouldNotRun(words.to_owned())),
        _ => Ok(()),
    }
}

/// The first octets of an output, which is read to its end.
async fn printed(mut output: ChildStdout) -> Vec<u8> {
    let mut kept = Vec::new();
    // A pipe that breaks has ended, too.
    let _ = (&mut output).take(MAX_PRINTED).read_to_end(&mut kept).await;
    let _ = tokio::io::copy(&mut output, &mut tokio::io::sink()).await;
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_was_not_started_shows_nothing() {
        let denied = "setpriv: failed to execute /x/sensor: Permission denied";
        for code in [126, 127] {
            let why = Halt::CouldNotRun(denied.to_owned());
            assert_eq!(not_started(Exit::Code(code), denied), Err(why));
        }
        // The program's own words and status.
        for (exit, words) in [
            (Exit::Code(126), "no reply"),
            (Exit::Code(1), denied),
            (Exit::Signal(9), ""),
        ] {
            assert_eq!(not_started(exit, words), Ok(()), "{words}");
        }
    }
}
