//! Lines of an input whose lines may be of any length.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// Reads lines, and keeps at most `max` octets of each.
pub(crate) struct Lines<R> {
    input: R,
    max: usize,
    begun: Vec<u8>,
    /// The line that is being read is too long. Its end is still to come.
    too_long: bool,
}

/// A line without its LF.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Whole(Vec<u8>),
    /// The beginning of a line that was too long. The rest was skipped.
    TooLong(Vec<u8>),
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    pub(crate) fn new(input: R, max: usize) -> Self {
        Lines {
            input,
            max,
            begun: Vec::new(),
            too_long: false,
        }
    }

    /// The next line, or `None` at the end. A last line needs no LF.
    ///
    /// It is cancel-safe: what was read is kept for the next call.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let octets = self.input.fill_buf().await?;
            if octets.is_empty() {
                let nothing = self.begun.is_empty() && !self.too_long;
                return Ok((!nothing).then(|| self.take()));
            }
            let end = octets.iter().position(|&octet| octet == b'\n');
            let part = octets
                .get(..end.unwrap_or(octets.len()))
                .unwrap_or_default();
            let used = part.len() + usize::from(end.is_some());
            let room = self.max - self.begun.len();
            self.too_long |= part.len() > room;
            self.begun.extend(part.iter().take(room));
            self.input.consume(used);
            if end.is_some() {
                return Ok(Some(self.take()));
            }
        }
    }

    fn take(&mut self) -> Line {
        let line = std::mem::take(&mut self.begun);
        if std::mem::take(&mut self.too_long) {
            Line::TooLong(line)
        } else {
            Line::Whole(line)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_come_whole_however_the_input_is_buffered() {
        for buffer in 1..12 {
            let input =
                tokio::io::BufReader::with_capacity(buffer, &b"ab\n\nabcd\nabcde\nabcdefgh\nx"[..]);
            let mut lines = Lines::new(input, 4);
            for expected in [
                Line::Whole(b"ab".to_vec()),
                Line::Whole(b"".to_vec()),
                Line::Whole(b"abcd".to_vec()),
                Line::TooLong(b"abcd".to_vec()),
                Line::TooLong(b"abcd".to_vec()),
                Line::Whole(b"x".to_vec()),
            ] {
                assert_eq!(lines.next().await.unwrap(), Some(expected));
            }
            assert_eq!(lines.next().await.unwrap(), None);
        }
    }
}
