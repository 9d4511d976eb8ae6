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
use crate::testbed::{Namespace, Pid, coming, last_words, while_asleep};

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

    /// Waits for its end, as long as it and these processes were not all seen asleep for `within`.
    pub(crate) async fn end(
        mut self,
        lab: &PairLab,
        others: &[Pid],
        within: Duration,
    ) -> Result<ClientEnd, Halt> {
        let begun = Instant::now();
        let processes = [others, &[self.pid]].concat();
        let (exit, _) = while_asleep(&processes, within, self.running.wait()).await;
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
        let said = lab.programs.said(exit, &String::from_utf8_lossy(&printed));
        Ok(ClientEnd {
            said: Some(said),
            words: words.unwrap_or_default(),
            took,
        })
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
