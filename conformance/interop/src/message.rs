//! A message of the sum protocol, and its octets in an encoding.

use std::fmt;
use std::str::FromStr;

use proto::{Encoding, Reply, Request, Step, Why};

/// A request or a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// From a client.
    Request(Request),
    /// From a server.
    Reply(Reply),
}

impl Message {
    /// Its octets, as our code writes them; `None` where the encoding has none for it.
    pub(crate) fn octets(self, encoding: &dyn Encoding) -> Option<Vec<u8>> {
        let mut octets = Vec::new();
        let written = match self {
            Message::Request(request) => encoding.encode_request(request, &mut octets),
            Message::Reply(reply) => encoding.encode_reply(reply, &mut octets),
        };
        written.ok().map(|()| octets)
    }

    /// What our code reads in octets that should be a message of the same kind.
    ///
    /// # Errors
    /// They are not exactly one message; what they are instead, in words.
    pub(crate) fn read_like(
        self,
        octets: &[u8],
        encoding: &dyn Encoding,
    ) -> Result<Message, String> {
        match self {
            Message::Request(_) => {
                whole(encoding.decode_request(octets), octets).map(Message::Request)
            }
            Message::Reply(_) => whole(encoding.decode_reply(octets), octets).map(Message::Reply),
        }
    }

    /// The integers in it.
    pub(crate) fn integers(self) -> impl Iterator<Item = i64> {
        let (one, other) = match self {
            Message::Request(Request { a, b }) => (Some(a), Some(b)),
            Message::Reply(Reply::Sum(sum)) => (Some(sum), None),
            Message::Reply(Reply::Refused(_)) => (None, None),
        };
        one.into_iter().chain(other)
    }
}

fn whole<T>(step: Step<T>, octets: &[u8]) -> Result<T, String> {
    match step {
        Step::Done { value, used } if used == octets.len() => Ok(value),
        Step::Done { used, .. } => Err(format!("{} octets are left over", octets.len() - used)),
        Step::NeedMore { want } => Err(format!("at least {want} octets are needed")),
        Step::Refused { why, .. } => Err(why.to_string()),
    }
}

/// As in orders and answers: `request A B`, `sum N`, `refused WHY`.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Request(Request { a, b }) => write!(f, "request {a} {b}"),
            Message::Reply(Reply::Sum(sum)) => write!(f, "sum {sum}"),
            Message::Reply(Reply::Refused(why)) => write!(f, "refused {why}"),
        }
    }
}

/// The text is no message.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("no message: `request A B`, `sum N` or `refused WHY` was expected")]
pub struct NoMessage;

impl FromStr for Message {
    type Err = NoMessage;

    fn from_str(text: &str) -> Result<Message, NoMessage> {
        let words: Vec<&str> = text.split(' ').collect();
        let integer = |word: &str| word.parse().map_err(|_| NoMessage);
        Ok(match words.as_slice() {
            ["request", a, b] => Message::Request(Request {
                a: integer(a)?,
                b: integer(b)?,
            }),
            ["sum", sum] => Message::Reply(Reply::Sum(integer(sum)?)),
            ["refused", why] => Message::Reply(Reply::Refused(Why::named(why).ok_or(NoMessage)?)),
            _ => return Err(NoMessage),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_is_written() {
        for text in [
            "request 1 -9223372036854775808",
            "sum 9223372036854775807",
            "refused too-large",
        ] {
            let message: Message = text.parse().unwrap();
            assert_eq!(message.to_string(), text);
        }
        for text in [
            "",
            "sum",
            "sum 1 2",
            "sum 9223372036854775808",
            "refused no",
        ] {
            assert_eq!(text.parse::<Message>(), Err(NoMessage), "{text}");
        }
    }

    #[test]
    fn octets_that_are_more_or_less_than_a_message_are_none() {
        let encoding = proto::named("network").unwrap();
        let message: Message = "sum 3".parse().unwrap();
        let octets = message.octets(encoding).unwrap();
        assert_eq!(message.read_like(&octets, encoding), Ok(message));
        let more = [octets.as_slice(), &[0]].concat();
        for (octets, why) in [
            (&octets[..15], "at least 16 octets are needed"),
            (&more, "1 octets are left over"),
            (&[0xff; 16], "malformed"),
        ] {
            assert_eq!(message.read_like(octets, encoding), Err(why.to_owned()));
        }
    }
}
