//! What every encoding does.

use crate::{Reply, Request, Why};

/// How many octets a line or a frame may have, its line end or length prefix not counted.
///
/// A length that a peer announces is compared with it before anything is allocated.
pub const MAX_MESSAGE: usize = 1024;

/// How an encoding determines its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Characters.
    Text,
    /// The machine's own struct, as it lies in memory.
    Raw,
    /// A written format.
    Explicit,
}

impl Family {
    /// The word used in reports.
    pub fn name(self) -> &'static str {
        match self {
            Family::Text => "text",
            Family::Raw => "raw",
            Family::Explicit => "explicit",
        }
    }
}

/// One step of decoding the octets received so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// The octets are only the beginning of a message. This is not an error: at least `want` octets in all are needed.
    NeedMore {
        /// Always more than the octets given.
        want: usize,
    },
    /// A whole message.
    Done {
        /// The message.
        value: T,
        /// How many octets it has. What follows belongs to the next message.
        used: usize,
    },
    /// Not a message.
    Refused {
        /// Malformed or too large.
        why: Why,
        /// How many octets to drop to be at the next message. `None` when that is not known, so that the connection must end.
        used: Option<usize>,
    },
}

/// Why an encoding cannot write a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unencodable {
    /// The machine's struct has no room for the value.
    #[error("{value} does not fit the {bits} bits of this machine's struct field")]
    TooWide {
        /// The value.
        value: i64,
        /// The field's width.
        bits: u32,
    },
    /// The encoding cannot write this refusal. A raw reply is a struct with a sum and nothing else, and only text has [`Why::InputError`].
    #[error("this encoding has no way to say this refusal")]
    NoRefusal,
}

/// How a request and a reply become octets, and octets a request or a reply.
///
/// Decoding is incremental and stateless. It is given all octets that were received and not used yet, and takes at most one message from their front.
/// It never panics, whatever the octets are, and never allocates more than [`MAX_MESSAGE`] octets.
pub trait Encoding: Sync {
    /// The name in `PROTOCOL.md`, on command lines and in reports.
    fn name(&self) -> &'static str;

    /// The family.
    fn family(&self) -> Family;

    /// What the encoding takes for granted, if it looks portable and is not. `None` for all others.
    fn trap(&self) -> Option<&'static str> {
        None
    }

    /// Whether all writers write a message with the same octets, so that the octets can be predicted.
    ///
    /// Readers may accept more: a reader of `text` takes white space that no writer sends.
    fn is_canonical(&self) -> bool {
        true
    }

    /// Whether two machines may disagree about where a message ends.
    ///
    /// If so, octets may be left over that would make the next exchange incomplete. So each exchange needs a connection of its own.
    fn has_native_boundaries(&self) -> bool {
        false
    }

    /// How many octets of a message the cap does not count: the end of a line, or the length prefix of a frame.
    ///
    /// `None` where all messages have one size, so that there is no cap.
    fn envelope(&self) -> Option<usize> {
        None
    }

    /// The server's reply. The raw encodings cannot refuse, so their sums wrap.
    fn answer(&self, request: Request) -> Reply {
        request.answer()
    }

    /// Appends a request to `out`; nothing is appended on error.
    ///
    /// # Errors
    /// [`Unencodable::TooWide`], in the raw encodings only.
    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable>;

    /// Takes a request from the front of `octets` (the server's side).
    fn decode_request(&self, octets: &[u8]) -> Step<Request>;

    /// Appends a reply to `out`; nothing is appended on error.
    ///
    /// # Errors
    /// [`Unencodable::NoRefusal`] for a refusal in the raw encodings, and for [`Why::InputError`] in the explicit ones.
    /// [`Unencodable::TooWide`] in `raw-long`, for a sum that did not come from [`answer`](Encoding::answer).
    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable>;

    /// Takes a reply from the front of `octets` (the client's side).
    fn decode_reply(&self, octets: &[u8]) -> Step<Reply>;
}
