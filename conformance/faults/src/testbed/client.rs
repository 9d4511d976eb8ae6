//! `sumcli connect`, running: somebody types lines and reads answers.

use std::time::Duration;

use cross::process::{Exit, Invocation, Running};
use nix::sys::signal::Signal;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::time::Instant;

use super::kernel::Pid;
use super::server::{formatted, no_streams};
use super::wait::{MAX_WAIT, coming, never, until, while_asleep};
use crate::observation::Halt;
use kit::lines::{Lines, printable};

/// A client that runs.
pub(crate) struct Client {
    running: Running,
    pid: Pid,
    input: Option<ChildStdin>,
    lines: Lines<ChildStdout>,
    errors: ChildStderr,
}

/// How a client ended.
pub(crate) struct End {
    exit: Exit,
    /// What it wrote to standard error.
    words: String,
    /// The answers that were not read before.
    pub(crate) answers: Vec<String>,
    /// When it was known.
    pub(crate) at: Instant,
    /// How long it was seen asleep before, while its end was waited for.
    pub(crate) asleep: Duration,
}

/// The most that is kept of a client's standard error, in octets. No scenario's client writes so much.
const MAX_ERROR_OCTETS: u64 = 64 << 10;

impl Client {
    pub(crate) fn start(program: Invocation) -> Result<Client, Halt> {
        let mut running = program.start()?;
        let streams = running.streams();
        let (input, output, errors) = streams.ok_or_else(no_streams)?;
        let pid = running.pid().map(Pid).ok_or_else(no_streams)?;
        Ok(Client {
            running,
            pid,
            input: Some(input),
            lines: Lines::new(output),
            errors,
        })
    }

    /// Types lines. A client that has ended does not read them; its end shows that.
    pub(crate) async fn types(&mut self, lines: &str) -> Result<(), Halt> {
        if let Some(input) = &mut self.input {
            let typing = async {
                input.write_all(lines.as_bytes()).await?;
                input.write_all(b"\n").await
            };
            let _ = coming("the client to read its input", typing).await?;
        }
        Ok(())
    }

    /// Types a line and waits for its answer.
    pub(crate) async fn asks(&mut self, line: &str) -> Result<String, Halt> {
        self.types(line).await?;
        self.reads().await
    }

    /// Waits for the next answer; `no answer` when the client ends without one.
    pub(crate) async fn reads(&mut self) -> Result<String, Halt> {
        let line = coming("an answer on the client's output", self.lines.next()).await?;
        Ok(line.unwrap_or_else(|_| "no answer".to_owned()))
    }

    /// Nothing more is typed.
    pub(crate) fn ends_input(&mut self) {
        self.input = None;
    }

    pub(crate) fn signal(&self, signal: Signal) {
        self.running.signal(signal);
    }

    /// Stops it (SIGSTOP) and waits until it is stopped.
    pub(crate) async fn stop(&self) -> Result<(), Halt> {
        self.signal(Signal::SIGSTOP);
        until("a stopped client", || {
            Ok(self.pid.is_stopped()?.then_some(()))
        })
        .await
    }

    /// Has it go on (SIGCONT).
    pub(crate) fn go_on(&self) {
        self.signal(Signal::SIGCONT);
    }

    /// Waits for its end, without ending its input.
    pub(crate) async fn end(mut self) -> Result<End, Halt> {
        let mut answers = Vec::new();
        let mut words = Vec::new();
        let ending = async {
            let reading = async {
                while let Ok(line) = self.lines.next().await {
                    answers.push(line);
                }
            };
            let mut errors = (&mut self.errors).take(MAX_ERROR_OCTETS);
            let hearing = errors.read_to_end(&mut words);
            let ((), heard) = tokio::join!(reading, hearing);
            heard?;
            Ok::<_, Halt>(self.running.wait().await?)
        };
        let (exit, asleep) = while_asleep(&[self.pid], MAX_WAIT, ending).await;
        let exit = exit.ok_or_else(|| never("the client's end"))??;
        Ok(End {
            exit,
            words: printable(&words),
            answers,
            at: Instant::now(),
            asleep,
        })
    }
}

/// What the exit codes of `sumcli` mean.
const CODES: [(i32, &str); 9] = [
    (3, "ECONNREFUSED"),
    (4, "ECONNRESET"),
    (4, "EPIPE"),
    (4, "ECONNABORTED"),
    (5, "ETIMEDOUT"),
    (5, "timed out"),
    (6, "EHOSTUNREACH"),
    (6, "ENETUNREACH"),
    (7, "closed"),
];

impl End {
    /// What it saw, in a word: the name of an errno, `closed` or `timed out`. The exit code is added where it does not belong to that word.
    pub(crate) fn word(&self) -> String {
        let code = match self.exit {
            Exit::Code(code @ 1..) => code,
            exit => return formatted(exit),
        };
        let word = if let Some(errno) = errno(&self.words) {
            errno
        } else if self.words.contains("closed the connection") {
            "closed"
        } else if self.words.contains("within") {
            "timed out"
        } else {
            &self.words
        };
        if CODES.contains(&(code, word)) {
            word.to_owned()
        } else {
            format!("{word}, exit {code}")
        }
    }
}

/// The first name of an error in a program's words: `ECONNRESET` in `ECONNRESET: connection reset by peer`.
fn errno(words: &str) -> Option<&str> {
    let mut words = words
        .split_whitespace()
        .filter_map(|word| word.strip_suffix(':'));
    words.find(|word| {
        word.len() > 1
            && word.starts_with('E')
            && word.bytes().all(|octet| octet.is_ascii_uppercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_for_words_and_exit_code_together() {
        for (code, words, word) in [
            (0, "", "exit 0"),
            (
                4,
                "sumcli: ECONNRESET: connection reset by peer; requests without a reply: 1",
                "ECONNRESET",
            ),
            (
                7,
                "sumcli: the server closed the connection; requests without a reply: 0",
                "closed",
            ),
            (
                5,
                "sumcli: no reply within 2 s; requests without a reply: 1",
                "timed out",
            ),
            (
                1,
                "sumcli: ECONNRESET: connection reset by peer",
                "ECONNRESET, exit 1",
            ),
            (
                4,
                "sumcli: ETIMEDOUT: connection timed out",
                "ETIMEDOUT, exit 4",
            ),
            (1, "sumcli: I give up", "sumcli: I give up, exit 1"),
        ] {
            let end = End {
                exit: Exit::Code(code),
                words: words.to_owned(),
                answers: Vec::new(),
                at: Instant::now(),
                asleep: Duration::ZERO,
            };
            assert_eq!(end.word(), word);
        }
    }
}
