//! Another program's lines: of bounded length, and harmless on a terminal.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};

/// The longest line that PARTICIPANTS.md allows, its end not counted.
pub const LONGEST_LINE: usize = 8192;

/// Lines of bounded length.
pub struct Lines<R> {
    reader: BufReader<R>,
}

/// Why there is no next line.
#[derive(Debug, PartialEq, Eq)]
pub enum NoLine {
    /// The end.
    End,
    /// A line is longer than [`LONGEST_LINE`].
    TooLong,
    /// Not text, or the pipe broke.
    Unreadable(String),
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Of what this reader yields.
    pub fn new(reader: R) -> Self {
        Lines {
            reader: BufReader::new(reader),
        }
    }

    /// The next line, without its end.
    pub async fn next(&mut self) -> Result<String, NoLine> {
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

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Reads to the end, and keeps nothing.
    pub async fn drain(&mut self) {
        // A pipe that breaks has ended, too.
        let _ = tokio::io::copy(&mut self.reader, &mut tokio::io::sink()).await;
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

/// Somebody else's line as it may stand on a terminal: without its end, control characters spelt out.
pub fn printable(line: &[u8]) -> String {
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
