//! The messages, which are the same in every encoding.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Two integers to be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The first argument.
    pub a: i64,
    /// The second argument.
    pub b: i64,
}

/// The answer to a [`Request`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The sum.
    Sum(i64),
    /// There is no sum, for this reason.
    Refused(Why),
}

/// Why a server refuses a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The octets are not a request in this encoding.
    Malformed,
    /// The true sum does not fit 64 bits.
    Overflow,
    /// A line or a frame is longer than [`MAX_MESSAGE`](crate::MAX_MESSAGE).
    TooLarge,
    /// What a client reads from a text server's `input error`: one of the other reasons, but the line does not say which.
    #[serde(skip)]
    InputError,
}

impl Why {
    /// The reason's number in `PROTOCOL.md`. `None` for [`Why::InputError`], which is never written.
    pub fn number(self) -> Option<u8> {
        match self {
            Why::Malformed => Some(1),
            Why::Overflow => Some(2),
            Why::TooLarge => Some(3),
            Why::InputError => None,
        }
    }

    /// The reason with this word in `PROTOCOL.md`.
    pub fn named(word: &str) -> Option<Why> {
        let all = [Why::Malformed, Why::Overflow, Why::TooLarge];
        all.into_iter().find(|why| why.to_string() == word)
    }

    /// The reason with this number in `PROTOCOL.md`.
    pub fn numbered(number: u64) -> Option<Why> {
        match number {
            1 => Some(Why::Malformed),
            2 => Some(Why::Overflow),
            3 => Some(Why::TooLarge),
            _ => None,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::Malformed => "malformed",
            Why::Overflow => "overflow",
            Why::TooLarge => "too-large",
            Why::InputError => "input-error",
        })
    }
}

impl Request {
    /// The true sum, or a refusal when it does not fit 64 bits.
    pub fn answer(self) -> Reply {
        match self.a.checked_add(self.b) {
            Some(sum) => Reply::Sum(sum),
            None => Reply::Refused(Why::Overflow),
        }
    }
}
