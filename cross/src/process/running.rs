//! A process that runs, and its end.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

use super::{Exit, HELD, ProcessError};

/// A process that runs. Dropping it kills its whole group.
#[derive(Debug)]
pub struct Running {
    pub(super) program: PathBuf,
    pub(super) child: Child,
    /// `None` once it was ended.
    pub(super) group: Option<Pid>,
}

impl Running {
    /// Takes the three streams: input, output, errors. Each can be taken once.
    pub fn streams(&mut self) -> Option<(ChildStdin, ChildStdout, ChildStderr)> {
        Some((
            self.child.stdin.take()?,
            self.child.stdout.take()?,
            self.child.stderr.take()?,
        ))
    }

    /// Its number, while it was not waited for.
    pub fn pid(&self) -> Option<i32> {
        self.group.map(Pid::as_raw)
    }

    /// Asks the process to end (SIGTERM).
    pub fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    /// Sends a signal to the process, and to nobody else of its group.
    pub fn signal(&self, signal: Signal) {
        if let Some(leader) = self.group {
            // It may be gone already: whoever waits for it will know.
            let _ = kill(leader, signal);
        }
    }

    /// How it ended, if it did by now.
    pub fn ended(&mut self) -> Option<Exit> {
        self.child.try_wait().ok().flatten().map(Exit::from)
    }

    /// Asks it by a signal to end, and waits for that, on this thread and for `limit` at most; then it is killed.
    ///
    /// For where nothing else can be waited for: in a `drop`.
    pub fn end(&mut self, signal: Signal, limit: Duration) {
        let deadline = Instant::now() + limit;
        self.signal(signal);
        while self.ended().is_none() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(2));
        }
        self.end_group();
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// [`ProcessError::Lost`].
    pub async fn wait(&mut self) -> Result<Exit, ProcessError> {
        let status = self
            .child
            .wait()
            .await
            .map_err(|source| ProcessError::Lost {
                program: self.program.clone(),
                source,
            })?;
        self.end_group();
        Ok(Exit::from(status))
    }

    /// Kills whatever is left of the group.
    ///
    /// After the leader was waited for, too: its number stays taken while others are in its group, and is far from being given out again when nobody is.
    pub(super) fn end_group(&mut self) {
        if let Some(group) = self.group.take() {
            // It may be empty already, which is what is wanted.
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        HELD.fetch_sub(1, Ordering::Relaxed);
        if self.group.is_some() {
            self.end_group();
            // Reap at once if it is dead already; otherwise tokio's orphan queue does.
            let _ = self.child.try_wait();
        }
    }
}
