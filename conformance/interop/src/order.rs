//! What a codec is asked for, and what it answers. `codecs/codec.py` describes the lines.

use std::fmt;

use kit::words::{hex, octets};

use crate::message::Message;

/// A line of a codec's input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Write this message.
    Write(Message),
    /// Read these octets, which are this message.
    Read(Message, Vec<u8>),
}

/// A line of a codec's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It wrote these.
    Octets(Vec<u8>),
    /// It read this.
    Message(Message),
    /// The library refused, or the line is none of the contract; what it says.
    Failed(String),
}

impl Order {
    /// What it is about.
    pub(crate) fn message(&self) -> Message {
        match self {
            Order::Write(message) | Order::Read(message, _) => *message,
        }
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Order::Write(message) => write!(f, "write {message}"),
            Order::Read(Message::Request(_), octets) => write!(f, "read request {}", hex(octets)),
            Order::Read(Message::Reply(_), octets) => write!(f, "read reply {}", hex(octets)),
        }
    }
}

impl Answer {
    /// Reads a line.
    pub(crate) fn of(line: &str) -> Answer {
        if let Ok(message) = line.parse() {
            return Answer::Message(message);
        }
        match line.split_once(' ') {
            Some(("octets", found)) => match octets(found) {
                Some(octets) => Answer::Octets(octets),
                None => Answer::Failed(line.to_owned()),
            },
            Some(("failed", why)) => Answer::Failed(why.to_owned()),
            _ => Answer::Failed(line.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_answers_are_lines() {
        let message: Message = "request 1 2".parse().unwrap();
        let read = Order::Read(message, vec![1, 0xab]);
        assert_eq!(read.to_string(), "read request 01ab");
        assert_eq!(Order::Write(message).to_string(), "write request 1 2");
        assert_eq!(Answer::of("octets 01ab"), Answer::Octets(vec![1, 0xab]));
        assert_eq!(Answer::of("request 1 2"), Answer::Message(message));
        assert_eq!(Answer::of("failed no"), Answer::Failed("no".to_owned()));
        for line in ["", "octets", "octets 0", "octets zz", "sum x", "Traceback"] {
            assert_eq!(Answer::of(line), Answer::Failed(line.to_owned()));
        }
    }
}
