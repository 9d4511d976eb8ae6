//! The contract's lines as JSON objects, for participants to whom these are easier: put into words, which one reader reads.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A line for a client.
#[derive(Serialize)]
struct Order<'a> {
    id: usize,
    encoding: &'a str,
    address: SocketAddr,
    request: Vec<&'a str>,
}

/// An order to a client, without a line end.
pub(super) fn order(id: usize, encoding: &str, address: SocketAddr, request: &str) -> String {
    let order = Order {
        id,
        encoding,
        address,
        request: request.split(' ').collect(),
    };
    serde_json::to_string(&order).unwrap_or_default()
}

/// What a server or a client may say.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Said {
    Ready {
        ready: bool,
    },
    Listening {
        listening: String,
        address: String,
    },
    Unsupported {
        unsupported: String,
    },
    Short {
        short: String,
        peer: String,
        got: usize,
        want: usize,
    },
    Sum {
        id: usize,
        sum: i64,
        #[serde(flatten)]
        octets: Octets,
    },
    Reply {
        id: usize,
        reply: String,
        #[serde(flatten)]
        octets: Octets,
    },
    Refused {
        id: usize,
        refused: String,
        #[serde(flatten)]
        octets: Octets,
    },
    Outcome {
        id: usize,
        outcome: String,
        #[serde(flatten)]
        octets: Octets,
    },
}

/// What travelled, in hexadecimal, and from where. All may be left out where nothing did.
#[derive(Deserialize)]
struct Octets {
    #[serde(default)]
    sent: String,
    #[serde(default)]
    received: String,
    from: Option<String>,
}

impl Octets {
    fn words(&self) -> String {
        let or_none = |text: &str| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text.to_owned()
            }
        };
        let from = self.from.as_deref().unwrap_or_default();
        let (sent, received) = (or_none(&self.sent), or_none(&self.received));
        format!("sent {sent} recv {received} from {}", or_none(from))
    }
}

/// A line in the contract's words; of one that is no JSON object, the line itself.
///
/// # Errors
/// An object that says nothing the contract knows.
pub(super) fn in_words(line: &str) -> Result<String, String> {
    if !line.starts_with('{') {
        return Ok(line.to_owned());
    }
    let said: Said = serde_json::from_str(line).map_err(|_| {
        "{\"listening\", \"address\"}, {\"ready\"}, {\"unsupported\"}, {\"short\", \"peer\", \"got\", \"want\"} or {\"id\", \"sum\" or \"reply\" or \"refused\" or \"outcome\", \"sent\", \"received\", \"from\"} was expected".to_owned()
    })?;
    Ok(match said {
        Said::Ready { ready: true } => "ready".to_owned(),
        Said::Ready { ready: false } => return Err("`ready` is true where it is said".to_owned()),
        Said::Listening { listening, address } => format!("listening {listening} {address}"),
        Said::Unsupported { unsupported } => format!("unsupported {unsupported}"),
        Said::Short {
            short,
            peer,
            got,
            want,
        } => format!("short {short} {peer} {got} {want}"),
        Said::Sum { id, sum, octets } => format!("{id} sum {sum} {}", octets.words()),
        Said::Reply { id, reply, octets } => {
            let reply = reply.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{id} reply {reply} {}", octets.words())
        }
        Said::Refused {
            id,
            refused,
            octets,
        } => format!("{id} refused {refused} {}", octets.words()),
        Said::Outcome {
            id,
            outcome,
            octets,
        } => format!("{id} {outcome} {}", octets.words()),
    })
}

/// The facts of an object, as `KEY VALUE` lines; of a text that is none, the text itself.
pub(super) fn facts_in_words(text: &str) -> String {
    let Ok(facts) = serde_json::from_str::<Map<String, Value>>(text) else {
        return text.to_owned();
    };
    let line = |(key, value): (String, Value)| match value {
        Value::String(word) => format!("{key} {word}\n"),
        other => format!("{key} {other}\n"),
    };
    facts.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_say_what_lines_say() {
        for (object, line) in [
            ("ready", "ready"),
            (r#"{"ready": true}"#, "ready"),
            (
                r#"{"listening": "v1", "address": "127.0.0.1:4"}"#,
                "listening v1 127.0.0.1:4",
            ),
            (r#"{"unsupported": "v9"}"#, "unsupported v9"),
            (
                r#"{"short": "v1", "peer": "127.0.0.1:4", "got": 8, "want": 16}"#,
                "short v1 127.0.0.1:4 8 16",
            ),
            (
                r#"{"id": 7, "sum": -3, "sent": "0102", "received": "ff", "from": "127.0.0.1:4"}"#,
                "7 sum -3 sent 0102 recv ff from 127.0.0.1:4",
            ),
            (
                r#"{"id": 7, "reply": "got  7", "sent": "07", "received": "", "from": null}"#,
                "7 reply got 7 sent 07 recv - from -",
            ),
            (
                r#"{"id": 0, "outcome": "unsupported"}"#,
                "0 unsupported sent - recv - from -",
            ),
            (
                r#"{"id": 1, "refused": "malformed"}"#,
                "1 refused malformed sent - recv - from -",
            ),
        ] {
            assert_eq!(in_words(object).as_deref(), Ok(line), "{object}");
        }
        for nonsense in ["{", "{}", r#"{"ready": false}"#, r#"{"id": -1, "sum": 3}"#] {
            assert!(in_words(nonsense).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn an_order_and_facts_are_objects_too() {
        let order = order(3, "v1", "127.0.0.1:4".parse().unwrap(), "1 2");
        let expected = r#"{"id":3,"encoding":"v1","address":"127.0.0.1:4","request":["1","2"]}"#;
        assert_eq!(order, expected);
        let facts =
            facts_in_words(r#"{"byte-order": "little", "size.long": 8, "char-signed": true}"#);
        assert_eq!(facts, "byte-order little\nchar-signed true\nsize.long 8\n");
        assert_eq!(facts_in_words("byte-order big\n"), "byte-order big\n");
    }
}
