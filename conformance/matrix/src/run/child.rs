//! A participant's process: lines in, lines out, and the first and last of what it wrote to standard error.
//!
//! Nothing that it does makes us wait for ever or fills the memory: a line has a maximum length, and of standard error only the two ends are kept.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cross::process::{Exit, Invocation, ProcessError, Running};
use nix::sys::signal::Signal;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;

use super::complaints::Complaints;
use kit::lines::Lines;

/// How long the end of a process in trouble is waited for, and then the end of its standard error.
pub(super) const LAST_WORDS_WITHIN: Duration = Duration::from_millis(200);

/// A running participant.
pub(crate) struct Child {
    running: Running,
    /// Where to write its input.
    pub(crate) input: Option<ChildStdin>,
    /// Its lines.
    pub(crate) lines: Lines<ChildStdout>,
    errors: Errors,
    /// Whether no signal reaches it.
    ends_with_input: bool,
}

impl Child {
    /// Starts it.
    pub(crate) fn start(invocation: &Invocation) -> Result<Child, ProcessError> {
        let mut running = invocation.start()?;
        let (input, output, errors) = running.streams().ok_or_else(|| ProcessError::Lost {
            program: invocation.program().to_owned(),
            source: std::io::Error::other("its streams are not piped"),
        })?;
        Ok(Child {
            running,
            input: Some(input),
            lines: Lines::new(output),
            errors: Errors::follow(errors),
            ends_with_input: invocation.ends_with_input(),
        })
    }

    /// Waits for its end without giving it up. What it prints meanwhile is discarded.
    pub(crate) async fn ended(&mut self) -> Option<Exit> {
        let Child { running, lines, .. } = self;
        let ((), exit) = tokio::join!(lines.drain(), running.wait());
        exit.ok()
    }

    /// Asks it to end: by a signal, or, on another machine, by the end of its input. The connection to that machine stays open for its last output.
    pub(crate) fn terminate(&mut self) {
        match self.ends_with_input {
            true => drop(self.input.take()),
            false => self.running.terminate(),
        }
    }

    /// Sends a signal to it, and to nobody that it started.
    pub(crate) fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Waits for its end; it is killed when that does not come within `limit`.
    pub(crate) async fn wait(mut self, limit: Duration) -> Result<Exit, String> {
        drop(self.input.take());
        match tokio::time::timeout(limit, self.running.wait()).await {
            Ok(Ok(exit)) => Ok(exit),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!(
                "did not end within {} s and was killed",
                limit.as_secs()
            )),
        }
    }

    /// Why it went wrong: what happened, and its own last words.
    pub(crate) async fn trouble(mut self, what: impl std::fmt::Display) -> String {
        drop(self.input.take());
        // It may be about to end by itself. How it ended says more than what we saw.
        let ended = tokio::time::timeout(LAST_WORDS_WITHIN, self.running.wait()).await;
        let words = tokio::time::timeout(LAST_WORDS_WITHIN, &mut self.errors.followed).await;
        drop(words);
        let mut told = match ended {
            Ok(Ok(exit)) => format!("{what}; it {exit}"),
            _ => what.to_string(),
        };
        told.push_str(&self.errors.told());
        told
    }
}

/// The first and the last lines of a process's standard error.
struct Errors {
    lines: Arc<Mutex<Complaints>>,
    /// Ends with the stream, which may be later than the process: a child of its own may hold it.
    followed: JoinHandle<()>,
}

impl Errors {
    fn follow(stderr: ChildStderr) -> Self {
        let lines = Arc::new(Mutex::new(Complaints::default()));
        let kept = Arc::clone(&lines);
        let followed = tokio::spawn(async move {
            let mut reader = BufReader::new(stderr);
            let mut line = Vec::new();
            loop {
                line.clear();
                // A line is taken in pieces: one without an end must not fill the memory.
                match (&mut reader).take(512).read_until(b'\n', &mut line).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {
                        if let Ok(mut lines) = kept.lock() {
                            lines.keep(&line);
                        }
                    }
                }
            }
        });
        Errors { lines, followed }
    }

    fn told(&self) -> String {
        let lines = self.lines.lock();
        lines.map(|lines| lines.told()).unwrap_or_default()
    }
}
