//! What every encoding promises.

use crate::{Reply, Request, Why};

/// The most octets a line or a frame may have, its line end or length prefix not counted.
///
/// Checked before anything is allocated for what a peer announced.
pub const MAX_MESSAGE: usize = 1024;

/// How an encoding comes to its bytes.
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
    /// Not enough yet, which is no error: at least `want` octets in all are needed.
    NeedMore {
        /// Always more than the octets given.
        want: usize,
    },
    /// A whole message.
    Done {
        /// The message.
        value: T,
        /// How many octets it took; what follows belongs to the next message.
        used: usize,
    },
    /// Not a message.
    Refused {
        /// Malformed or too large.
        why: Why,
        /// How many octets to drop so as to stand at the next message; `None` when nobody can tell, and the connection must end.
        used: Option<usize>,
    },
}

/// A message that an encoding cannot say.
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
    /// A raw reply is a struct with a sum and nothing else; and only text says [`Why::InputError`].
    #[error("this encoding has no way to say this refusal")]
    NoRefusal,
}

/// How a request and a reply become octets.
///
/// Decoding is incremental and stateless: it is given all octets that were received and not used yet, and takes at most one message from their front.
/// It never panics, whatever the octets, and never allocates more than [`MAX_MESSAGE`].
pub trait Encoding: Sync {
    /// The name in `PROTOCOL.md`, on command lines and in reports.
    fn name(&self) -> &'static str;

    /// The family.
    fn family(&self) -> Family;

    /// What the encoding takes for granted, when it only looks portable; `None` for all that are what they seem.
    fn trap(&self) -> Option<&'static str> {
        None
    }

    /// Whether a message has exactly one spelling, so that its octets can be predicted.
    ///
    /// It is about those who write: a reader of `text` takes more white space than any writer sends.
    fn is_canonical(&self) -> bool {
        true
    }

    /// Whether two machines may disagree about where a message ends.
    ///
    /// Octets are left over then that would spoil the next exchange, so that each needs a connection of its own.
    fn has_native_boundaries(&self) -> bool {
        false
    }

    /// How many octets of a message the cap does not count: a line's end, a frame's length prefix.
    ///
    /// `None` where all messages have one size, so that no cap applies to them.
    fn envelope(&self) -> Option<usize> {
        None
    }

    /// The server's sum. The raw encodings cannot refuse and wrap instead.
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
