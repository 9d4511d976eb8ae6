//! What `drive` answers to an order.

use std::{fmt, net::SocketAddr};

use proto::Why;

/// How an exchange ended; the words are those of `PARTICIPANTS.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A reply with a sum.
    Sum(i64),
    /// A refusal.
    Refused(Why),
    /// The exchange hung: no whole reply came in time, nor after the half-close that followed.
    Starved,
    /// The server closed or reset the connection in time, or nobody listens.
    Closed,
    /// A reply came that cannot be decoded.
    Garbled,
    /// The machine's struct cannot hold an argument.
    Unrepresentable,
    /// The encoding is not implemented.
    Unsupported,
}

/// An exchange's outcome, and its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub outcome: Outcome,
    /// All octets that were sent.
    pub sent: Vec<u8>,
    /// All octets that came.
    pub received: Vec<u8>,
    /// The client's own address, if there was a connection.
    pub from: Option<SocketAddr>,
}

impl Answer {
    /// The answer of an exchange without a connection.
    pub(crate) fn without_connection(outcome: Outcome) -> Self {
        Answer {
            outcome,
            sent: Vec::new(),
            received: Vec::new(),
            from: None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Sum(sum) => write!(f, "sum {sum}"),
            Outcome::Refused(why) => write!(f, "refused {why}"),
            Outcome::Starved => f.write_str("starved"),
            Outcome::Closed => f.write_str("closed"),
            Outcome::Garbled => f.write_str("garbled"),
            Outcome::Unrepresentable => f.write_str("unrepresentable"),
            Outcome::Unsupported => f.write_str("unsupported"),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer {
            outcome,
            sent,
            received,
            from,
        } = self;
        write!(
            f,
            "{outcome} sent {} recv {} from ",
            Hex(sent),
            Hex(received)
        )?;
        match from {
            Some(from) => write!(f, "{from}"),
            None => f.write_str("-"),
        }
    }
}

/// Octets in hexadecimal, `-` for none.
struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [] => f.write_str("-"),
            octets => f.write_str(&hex::encode(octets)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_written_as_the_contract_has_it() {
        let answer = Answer {
            outcome: Outcome::Refused(Why::InputError),
            sent: vec![0x0a],
            received: b"in".to_vec(),
            from: Some("127.0.0.1:5".parse().unwrap()),
        };
        assert_eq!(
            answer.to_string(),
            "refused input-error sent 0a recv 696e from 127.0.0.1:5"
        );
        let answer = Answer::without_connection(Outcome::Unsupported);
        assert_eq!(answer.to_string(), "unsupported sent - recv - from -");
    }
}
