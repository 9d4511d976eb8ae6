//! QEMU's log of what it executes (`-d exec`), a line a translated block, which here is an instruction.
//!
//! ```text
//! Trace 0: 0x7f... [00000000/00010074/00000000/00000201] _start      since 6.1: [cs_base/pc/flags/cflags]
//! Trace 0: 0x7f... [00000000/00010074/00000000] _start               since 2.11: [cs_base/pc/flags]
//! Trace 0x7f... [00010074] _start                                    before: [pc]
//! Stopped execution of TB chain before 0x7f... [00010074] _start     the block of the line before did not run after all
//! ```

/// A line of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// The instruction at this address is executed.
    Executed(u64),
    /// The instruction of the line before is not executed yet; it will be logged again.
    Withdrawn,
    /// No line of the log: what the program said on standard error.
    Words(&'a [u8]),
}

/// A line that is of the log, and is not as any known QEMU writes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a line of its execution log is `{found}`, where `Trace ... [PC]` or `Trace ... [CS_BASE/PC/FLAGS...]` was expected: this version's log is not known"
)]
pub struct NotUnderstood {
    found: String,
}

/// No line of the log comes near it: a symbol's name is the longest part.
const MAX_LINE: usize = 64 << 10;

/// Reads a line, its end not among it.
///
/// # Errors
/// [`NotUnderstood`].
pub fn entry(line: &[u8]) -> Result<Entry<'_>, NotUnderstood> {
    if line.starts_with(b"Stopped execution of TB chain") {
        return Ok(Entry::Withdrawn);
    }
    if !line.starts_with(b"Trace ") {
        return Ok(Entry::Words(line));
    }
    pc(line)
        .map(Entry::Executed)
        .ok_or_else(|| NotUnderstood { found: shown(line) })
}

fn shown(line: &[u8]) -> String {
    let start = line.get(..160).unwrap_or(line);
    start.escape_ascii().to_string()
}

fn pc(line: &[u8]) -> Option<u64> {
    let open = line.iter().position(|octet| *octet == b'[')?;
    let inside = line.get(open + 1..)?;
    let close = inside.iter().position(|octet| *octet == b']')?;
    let mut fields = inside.get(..close)?.split(|octet| *octet == b'/');
    match (fields.next()?, fields.next(), fields.next()) {
        (pc, None, None) | (_, Some(pc), Some(_)) => hexadecimal(pc),
        _ => None,
    }
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        Some(value << 4 | u64::from(digit))
    })
}

/// Lines, from pieces of any length.
#[derive(Default)]
pub struct Lines {
    begun: Vec<u8>,
}

impl Lines {
    /// Takes the next octets and gives the lines that they end, without their ends. A last line that has no end is none.
    ///
    /// # Errors
    /// Those of `take`; a line that no end comes to.
    pub fn feed(
        &mut self,
        octets: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), NotUnderstood>,
    ) -> Result<(), NotUnderstood> {
        let mut pieces = octets.split(|octet| *octet == b'\n');
        let rest = pieces.next_back().unwrap_or_default();
        for piece in pieces {
            if self.begun.is_empty() {
                take(piece)?;
            } else {
                self.begun.extend_from_slice(piece);
                take(&self.begun)?;
                self.begun.clear();
            }
        }
        self.begun.extend_from_slice(rest);
        if self.begun.len() > MAX_LINE {
            return Err(NotUnderstood {
                found: shown(&self.begun),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_log_is_read() {
        for (line, expected) in [
            (
                "Trace 0: 0x7fa84e963c80 [0000000000000000/00000000002d7070/1040c0b3/00000201] x",
                Entry::Executed(0x2d_7070),
            ),
            (
                "Trace 0: 0x7f0c [00000000/10000614/00006010] ",
                Entry::Executed(0x1000_0614),
            ),
            (
                "Trace 0x7f0c [00000000004005c0] main",
                Entry::Executed(0x40_05c0),
            ),
            (
                "Trace 0: 0x7f [0/ffffffffffffffff/0/ff] [odd]",
                Entry::Executed(u64::MAX),
            ),
            (
                "Stopped execution of TB chain before 0x7f [00010074] f",
                Entry::Withdrawn,
            ),
            ("tool: no such file", Entry::Words(b"tool: no such file")),
            ("Tracing", Entry::Words(b"Tracing")),
        ] {
            assert_eq!(entry(line.as_bytes()), Ok(expected), "{line}");
        }
    }

    #[test]
    fn a_line_that_no_qemu_is_known_to_write_is_refused_and_shown() {
        for line in [
            "Trace 0: 0x7f00",
            "Trace 0: 0x7f00 [",
            "Trace 0: 0x7f00 []",
            "Trace 0: 0x7f00 [1/2]",
            "Trace 0: 0x7f00 [0/x/0]",
            "Trace 0: 0x7f00 [0/11111111111111111/0]",
        ] {
            let refused = entry(line.as_bytes()).unwrap_err();
            assert!(refused.to_string().contains(line), "{refused}");
        }
    }

    #[test]
    fn lines_are_the_same_however_they_are_cut() {
        let log = b"one\n\ntwo words\nthree\nno end";
        for size in 1..=log.len() {
            let mut seen = Vec::new();
            let mut lines = Lines::default();
            for piece in log.chunks(size) {
                lines
                    .feed(piece, |line| {
                        seen.push(String::from_utf8_lossy(line).into_owned());
                        Ok(())
                    })
                    .unwrap();
            }
            assert_eq!(seen, ["one", "", "two words", "three"], "{size} at a time");
        }
    }

    #[test]
    fn a_flood_without_a_line_end_is_refused() {
        let mut lines = Lines::default();
        let flood = vec![b'x'; MAX_LINE + 1];
        assert!(lines.feed(&flood, |_| Ok(())).is_err());
    }
}
