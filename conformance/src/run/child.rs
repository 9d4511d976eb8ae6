//! A participant's process: lines in, lines out, and the last of what it wrote to standard error.
//!
//! Nothing it does can make us wait for ever or keep more than a bounded amount: lines have a longest length, standard error keeps its end.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cross::process::{Exit, Invocation, ProcessError, Running};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};
use tokio::task::JoinHandle;

/// The longest line that the contract allows, its end not counted.
pub(crate) const LONGEST_LINE: usize = 8192;

/// How many of the last lines of standard error are kept.
pub(crate) const KEPT_LINES: usize = 8;

/// How long the end of a process in trouble, and then that of its standard error, are waited for.
const LAST_WORDS_WITHIN: Duration = Duration::from_millis(200);

/// A running participant.
pub(crate) struct Child {
    running: Running,
    /// Where to write its input.
    pub(crate) input: Option<ChildStdin>,
    /// Its lines.
    pub(crate) lines: Lines<ChildStdout>,
    errors: Errors,
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
        })
    }

    /// Asks it to end.
    pub(crate) fn terminate(&self) {
        self.running.terminate();
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
        // It may be about to end by itself; then how it ended is the better half of the story.
        let ended = tokio::time::timeout(LAST_WORDS_WITHIN, self.running.wait()).await;
        let words = tokio::time::timeout(LAST_WORDS_WITHIN, &mut self.errors.followed).await;
        drop(words);
        let mut told = match ended {
            Ok(Ok(exit)) => format!("{what}; it {exit}"),
            _ => what.to_string(),
        };
        for line in self.errors.last_lines() {
            told.push_str("\n    ");
            told.push_str(&line);
        }
        told
    }
}

/// Lines of bounded length.
pub(crate) struct Lines<R> {
    reader: BufReader<R>,
}

/// Why there is no next line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoLine {
    /// The end.
    End,
    /// A line is longer than [`LONGEST_LINE`].
    TooLong,
    /// Not text, or the pipe broke.
    Unreadable(String),
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(reader: R) -> Self {
        Lines {
            reader: BufReader::new(reader),
        }
    }

    /// The next line, without its end.
    pub(crate) async fn next(&mut self) -> Result<String, NoLine> {
        let mut line = Vec::new();
        let longest = u64::try_from(LONGEST_LINE + 1).unwrap_or(u64::MAX);
        let read = (&mut self.reader)
            .take(longest)
            .read_until(b'\n', &mut line)
            .await;
        read.map_err(|error| NoLine::Unreadable(error.to_string()))?;
        match line.pop() {
            None => Err(NoLine::End),
            Some(b'\n') => String::from_utf8(line)
                .map_err(|_| NoLine::Unreadable("a line is not UTF-8".to_owned())),
            Some(_) if line.len() >= LONGEST_LINE => Err(NoLine::TooLong),
            // A last line without an end: half a sentence.
            Some(_) => Err(NoLine::End),
        }
    }
}

impl std::fmt::Display for NoLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NoLine::End => f.write_str("its output ended"),
            NoLine::TooLong => write!(f, "it printed a line of more than {LONGEST_LINE} octets"),
            NoLine::Unreadable(why) => write!(f, "its output cannot be read: {why}"),
        }
    }
}

/// The last lines of a process's standard error.
struct Errors {
    lines: Arc<Mutex<VecDeque<String>>>,
    /// Ends with the stream, which may be later than the process: a child of its own may hold it.
    followed: JoinHandle<()>,
}

impl Errors {
    fn follow(stderr: ChildStderr) -> Self {
        let lines = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&lines);
        let followed = tokio::spawn(async move {
            let mut reader = BufReader::new(stderr);
            let mut line = Vec::new();
            loop {
                line.clear();
                // What has no line end is taken in pieces: a flood without one must not be kept whole.
                match (&mut reader).take(512).read_until(b'\n', &mut line).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => keep(&kept, printable(&line)),
                }
            }
        });
        Errors { lines, followed }
    }

    fn last_lines(&self) -> Vec<String> {
        self.lines
            .lock()
            .map(|lines| lines.iter().cloned().collect())
            .unwrap_or_default()
    }
}

/// Somebody else's line as it may stand on a terminal: without its end, control characters spelt out.
pub(crate) fn printable(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let spelt = |c: char| {
        if c.is_control() && c != '\t' {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.trim_end().chars().map(spelt).collect()
}

fn keep(lines: &Mutex<VecDeque<String>>, line: String) {
    if let Ok(mut lines) = lines.lock() {
        lines.push_back(line);
        if lines.len() > KEPT_LINES {
            lines.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_end_where_they_should() {
        let mut lines = Lines::new(&b"one\n\ntwo words\nhalf"[..]);
        assert_eq!(lines.next().await.unwrap(), "one");
        assert_eq!(lines.next().await.unwrap(), "");
        assert_eq!(lines.next().await.unwrap(), "two words");
        assert_eq!(lines.next().await, Err(NoLine::End));
        assert_eq!(lines.next().await, Err(NoLine::End));
    }

    #[tokio::test]
    async fn a_flood_without_a_line_end_is_refused() {
        let longest = [vec![b'x'; LONGEST_LINE], vec![b'\n']].concat();
        assert_eq!(
            Lines::new(longest.as_slice()).next().await.unwrap().len(),
            LONGEST_LINE
        );
        let flood = vec![b'x'; 1 << 20];
        assert_eq!(
            Lines::new(flood.as_slice()).next().await,
            Err(NoLine::TooLong)
        );
    }

    #[test]
    fn a_participants_words_cannot_steer_the_terminal() {
        assert_eq!(printable(b"\x1b[2Jgone\r\n"), "\\u{1b}[2Jgone");
    }

    #[tokio::test]
    async fn what_is_not_text_is_unreadable() {
        assert!(matches!(
            Lines::new(&b"\xff\n"[..]).next().await,
            Err(NoLine::Unreadable(_))
        ));
    }
}
