//! The lines of the participant contract (PARTICIPANTS.md), read.

use std::net::SocketAddr;
use std::num::ParseIntError;

use super::json_lines::in_words;

/// A name that no participant implements.
pub(crate) const MADE_UP: &str = "made-up-to-be-declined";

/// A line of a server.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ServerLine {
    /// It listens for an encoding.
    Listening {
        encoding: String,
        address: SocketAddr,
    },
    /// It listens for all that were asked.
    Ready,
    /// A request was cut short.
    Short {
        encoding: String,
        peer: SocketAddr,
        got: usize,
        want: usize,
    },
    /// It does not implement an encoding.
    Unsupported { encoding: String },
}

/// A client's answer to a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) id: usize,
    pub(crate) said: ClientOutcome,
    pub(crate) sent: Vec<u8>,
    pub(crate) received: Vec<u8>,
    pub(crate) from: Option<SocketAddr>,
}

/// What a client says that it saw.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ClientOutcome {
    Sum(i64),
    Reply(String),
    Refused(String),
    Starved,
    Closed,
    /// Only black-box servers are seen to die; no line of the contract says so.
    Died(String),
    Garbled,
    Unrepresentable,
    Unsupported,
}

/// A line that the contract does not know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why} in the line `{line}`")]
pub(crate) struct Nonsense {
    line: String,
    why: String,
}

impl ServerLine {
    pub(crate) fn read(line: &str) -> Result<ServerLine, Nonsense> {
        let said = in_words(line).map_err(|why| nonsense(line, why))?;
        let words: Vec<&str> = said.split(' ').collect();
        let read = match *words.as_slice() {
            ["ready"] => Ok(ServerLine::Ready),
            ["listening", encoding, address] => {
                address_of(address).map(|address| ServerLine::Listening { encoding: encoding.to_owned(), address })
            }
            ["unsupported", encoding] => Ok(ServerLine::Unsupported { encoding: encoding.to_owned() }),
            ["short", encoding, peer, got, want] => (|| {
                let encoding = encoding.to_owned();
                Ok(ServerLine::Short { encoding, peer: address_of(peer)?, got: number(got)?, want: number(want)? })
            })(),
            _ => Err("`listening ENC ADDR`, `ready`, `short ENC PEER GOT WANT` or `unsupported ENC` was expected".to_owned()),
        };
        read.map_err(|why| nonsense(line, why))
    }
}

impl Answer {
    pub(crate) fn read(line: &str) -> Result<Answer, Nonsense> {
        let said = in_words(line).map_err(|why| nonsense(line, why))?;
        let words: Vec<&str> = said.split(' ').collect();
        let read = || {
            let [id, said @ .., "sent", sent, "recv", received, "from", from] = words.as_slice()
            else {
                return Err("`ID OUTCOME sent HEX recv HEX from ADDR` was expected".to_owned());
            };
            let said = match said {
                ["sum", sum] => {
                    ClientOutcome::Sum(sum.parse().map_err(|error| format!("`{sum}`: {error}"))?)
                }
                ["reply", words @ ..] => ClientOutcome::Reply(words.join(" ")),
                ["refused", why] => ClientOutcome::Refused((*why).to_owned()),
                ["starved"] => ClientOutcome::Starved,
                ["closed"] => ClientOutcome::Closed,
                ["garbled"] => ClientOutcome::Garbled,
                ["unrepresentable"] => ClientOutcome::Unrepresentable,
                ["unsupported"] => ClientOutcome::Unsupported,
                _ => return Err(format!("unknown outcome `{}`", said.join(" "))),
            };
            let from = if *from == "-" {
                None
            } else {
                Some(address_of(from)?)
            };
            Ok(Answer {
                id: number(id)?,
                said,
                sent: octets(sent)?,
                received: octets(received)?,
                from,
            })
        };
        read().map_err(|why| nonsense(line, why))
    }
}

fn nonsense(line: &str, why: String) -> Nonsense {
    // Enough to recognise the line by: it may be long.
    let line = if line.chars().count() > 200 {
        line.chars().take(200).chain("...".chars()).collect()
    } else {
        line.to_owned()
    };
    Nonsense { line, why }
}

fn address_of(word: &str) -> Result<SocketAddr, String> {
    word.parse()
        .map_err(|_| format!("`{word}` is not an address (IP:PORT)"))
}

fn number(word: &str) -> Result<usize, String> {
    word.parse()
        .map_err(|error: ParseIntError| format!("`{word}`: {error}"))
}

fn octets(word: &str) -> Result<Vec<u8>, String> {
    if word == "-" {
        return Ok(Vec::new());
    }
    let octets = kit::words::octets(word).filter(|octets| !octets.is_empty());
    octets.ok_or_else(|| format!("`{word}` is not octets in hexadecimal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_lines_are_read() {
        let address = "127.0.0.1:40000".parse().unwrap();
        for (line, expected) in [
            ("ready", ServerLine::Ready),
            (
                "listening text 127.0.0.1:40000",
                ServerLine::Listening {
                    encoding: "text".into(),
                    address,
                },
            ),
            (
                "unsupported cbor",
                ServerLine::Unsupported {
                    encoding: "cbor".into(),
                },
            ),
            (
                "short raw-long 127.0.0.1:40000 8 16",
                ServerLine::Short {
                    encoding: "raw-long".into(),
                    peer: address,
                    got: 8,
                    want: 16,
                },
            ),
        ] {
            assert_eq!(ServerLine::read(line), Ok(expected));
        }
    }

    #[test]
    fn answers_are_read() {
        let from = Some("127.0.0.1:40000".parse().unwrap());
        for (line, expected) in [
            (
                "7 sum -3 sent 0102 recv ff from 127.0.0.1:40000",
                Answer {
                    id: 7,
                    said: ClientOutcome::Sum(-3),
                    sent: vec![1, 2],
                    received: vec![255],
                    from,
                },
            ),
            (
                "8 reply ok 21 sent 01 recv 02 from -",
                Answer {
                    id: 8,
                    said: ClientOutcome::Reply("ok 21".to_owned()),
                    sent: vec![1],
                    received: vec![2],
                    from: None,
                },
            ),
            (
                "0 unsupported sent - recv - from -",
                Answer {
                    id: 0,
                    said: ClientOutcome::Unsupported,
                    sent: vec![],
                    received: vec![],
                    from: None,
                },
            ),
        ] {
            assert_eq!(Answer::read(line), Ok(expected));
        }
    }

    #[test]
    fn nonsense_is_told_with_its_reason() {
        for (line, why) in [
            ("", "was expected"),
            ("7 sum sent - recv - from -", "unknown outcome `sum`"),
            ("7 sum x sent - recv - from -", "invalid digit"),
            (
                "7 sum 9223372036854775808 sent - recv - from -",
                "too large",
            ),
            ("-1 closed sent - recv - from -", "invalid digit"),
            ("7 closed sent 123 recv - from -", "`123` is not octets"),
            ("7 closed sent \u{e9}\u{e9} recv - from -", "is not octets"),
            (
                "7 closed sent - recv - from here",
                "`here` is not an address",
            ),
            ("7 closed sent - recv -", "was expected"),
        ] {
            let nonsense = Answer::read(line).unwrap_err().to_string();
            assert!(nonsense.contains(why), "{nonsense}");
        }
        for line in [
            "listening text",
            "listening text nowhere",
            "short raw-long 127.0.0.1:1 x 16",
            "hello",
        ] {
            assert!(ServerLine::read(line).is_err(), "{line}");
        }
    }
}
