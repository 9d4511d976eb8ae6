//! What happened, or will happen, to one vector in one cell.

use std::fmt;

/// What a client saw of one exchange. A hang holds the server's report of it, which proves it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A sum came back.
    Sum(i64),
    /// A reply of a user's own protocol came back: words, one space between two.
    Reply(String),
    /// A refusal came back, with its reason.
    Refused(String),
    /// Both ends waited for each other: a hang.
    Starved(Option<Short>),
    /// The server closed without a reply.
    Closed,
    /// The server's process ended because of the request, and how: known of black-box servers only.
    Died(String),
    /// A reply came that cannot be decoded.
    Garbled,
    /// The client's machine cannot say the arguments; nothing was sent.
    Unrepresentable,
    /// One end does not implement the encoding.
    Unsupported,
}

/// A server's report of a request that was cut short. It proves that the client's time-out was a hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Short {
    /// The octets of the request that had come.
    pub got: usize,
    /// The octets that the server was waiting for, in all.
    pub want: usize,
}

impl Outcome {
    /// The word used in reports and in the participant contract.
    pub fn kind(&self) -> &'static str {
        match self {
            Outcome::Sum(_) => "sum",
            Outcome::Reply(_) => "reply",
            Outcome::Refused(_) => "refused",
            Outcome::Starved(_) => "starved",
            Outcome::Closed => "closed",
            Outcome::Died(_) => "died",
            Outcome::Garbled => "garbled",
            Outcome::Unrepresentable => "unrepresentable",
            Outcome::Unsupported => "unsupported",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Sum(sum) => write!(f, "{sum}"),
            Outcome::Reply(words) => f.write_str(words),
            Outcome::Died(how) => write!(f, "the server died: it {how}"),
            Outcome::Refused(why) => write!(f, "refused ({why})"),
            Outcome::Starved(Some(Short { got, want })) => {
                write!(f, "starved (the server got {got} of {want} octets)")
            }
            Outcome::Starved(None) => f.write_str("starved (unproved)"),
            other => f.write_str(other.kind()),
        }
    }
}
