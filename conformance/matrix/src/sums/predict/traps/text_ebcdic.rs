//! `text-ebcdic`: the server waits for an ASCII line end that never comes.

use super::Trap;
use crate::expectation::{Ends, Prediction};
use crate::outcome::{Outcome, Short};
use crate::sums::vectors::Pair;

pub(super) struct TextEbcdic;

impl Trap for TextEbcdic {
    fn name(&self) -> &'static str {
        "text-ebcdic"
    }

    fn predict(&self, _: Ends<'_>, vector: Pair) -> Prediction {
        let sent: Vec<u8> = format!("{} {}\n", vector.a, vector.b)
            .bytes()
            .map(code_page_037)
            .collect();
        // None of these characters is 0x0a in code page 037, so the line is still open after the last of them.
        let starved = Outcome::Starved(Some(Short {
            got: sent.len(),
            want: sent.len() + 1,
        }));
        Prediction {
            outcome: starved,
            sent,
            received: Vec::new(),
        }
    }
}

/// The characters that a request is made of (IBM code page 037).
fn code_page_037(ascii: u8) -> u8 {
    match ascii {
        b'0'..=b'9' => 0xf0 + (ascii - b'0'),
        b'-' => 0x60,
        b'\n' => 0x25,
        _ => 0x40,
    }
}
