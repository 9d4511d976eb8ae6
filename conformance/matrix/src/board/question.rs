//! What a board is asked, and what it answers: the words of PARTICIPANTS.md, "On a serial line".

use kit::words::{hex, octets};

/// A question: a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Question<'a> {
    /// How a request that begins with these octets is answered.
    Serve { encoding: &'a str, octets: &'a [u8] },
    /// The octets of a request, whose words are given.
    Request { encoding: &'a str, words: &'a str },
    /// What a reply that begins with these octets says.
    Reply { encoding: &'a str, octets: &'a [u8] },
}

/// A board's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// So many octets are needed at least, in all.
    More(usize),
    /// These are to be sent: the request, or what answers the first `done` octets.
    Octets { done: usize, octets: Vec<u8> },
    /// These answer all that came, and nothing more is read of this connection.
    Last(Vec<u8>),
    /// What the contract's client says of a reply: `sum 3`, `refused overflow`, `reply WORDS`, `garbled`.
    Says(String),
    /// The machine's struct cannot hold an argument.
    Unrepresentable,
    /// The board does not implement the encoding.
    Unsupported,
}

impl Question<'_> {
    /// The line, without its end.
    pub(super) fn line(&self) -> String {
        let (what, encoding, rest) = match self {
            Question::Serve { encoding, octets } => ("serve", encoding, written(octets)),
            Question::Request { encoding, words } => ("request", encoding, (*words).to_owned()),
            Question::Reply { encoding, octets } => ("reply", encoding, written(octets)),
        };
        format!("{what} {encoding} {rest}")
    }

    /// The board's answer to it.
    pub(super) fn read(&self, line: &str) -> Result<Answer, String> {
        let words: Vec<&str> = line.split(' ').collect();
        let expected = match self {
            Question::Serve { .. } => "`more N`, `octets DONE HEX`, `last HEX` or `unsupported`",
            Question::Request { .. } => "`octets HEX`, `unrepresentable` or `unsupported`",
            Question::Reply { .. } => {
                "`more N`, `sum N`, `refused WHY`, `reply WORDS`, `garbled` or `unsupported`"
            }
        };
        let answer = match (self, words.as_slice()) {
            (_, ["unsupported"]) => Some(Answer::Unsupported),
            (Question::Request { .. }, ["unrepresentable"]) => Some(Answer::Unrepresentable),
            (Question::Request { .. }, ["octets", hex]) => {
                octets(hex).map(|octets| Answer::Octets { done: 0, octets })
            }
            (Question::Serve { octets: had, .. }, ["octets", done, hex]) => {
                let done = done
                    .parse()
                    .ok()
                    .filter(|done| (1..=had.len()).contains(done));
                let octets = sent(hex);
                done.zip(octets)
                    .map(|(done, octets)| Answer::Octets { done, octets })
            }
            (Question::Serve { .. }, ["last", hex]) => sent(hex).map(Answer::Last),
            (
                Question::Serve { octets: had, .. } | Question::Reply { octets: had, .. },
                ["more", number],
            ) => {
                let number = number.parse().ok().filter(|number| *number > had.len());
                number.map(Answer::More)
            }
            (Question::Reply { .. }, ["garbled"] | ["sum" | "refused", _] | ["reply", ..]) => {
                Some(Answer::Says(line.to_owned()))
            }
            _ => None,
        };
        answer.ok_or_else(|| {
            let asked = self.line();
            format!("asked `{asked}`, it answered `{line}` where {expected} was expected")
        })
    }
}

/// Octets in hexadecimal; none at all are `-`.
pub(super) fn written(octets: &[u8]) -> String {
    match octets {
        [] => "-".to_owned(),
        octets => hex(octets),
    }
}

/// Octets that may be none, written `-`.
fn sent(word: &str) -> Option<Vec<u8>> {
    match word {
        "-" => Some(Vec::new()),
        _ => octets(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVE: Question<'_> = Question::Serve {
        encoding: "raw-long",
        octets: &[1, 0xff],
    };
    const REQUEST: Question<'_> = Question::Request {
        encoding: "text",
        words: "-1 2",
    };
    const REPLY: Question<'_> = Question::Reply {
        encoding: "text",
        octets: &[],
    };

    #[test]
    fn questions_are_lines() {
        assert_eq!(SERVE.line(), "serve raw-long 01ff");
        assert_eq!(REQUEST.line(), "request text -1 2");
        assert_eq!(REPLY.line(), "reply text -");
    }

    #[test]
    fn answers_are_read() {
        let octets = |done, octets: &[u8]| Answer::Octets {
            done,
            octets: octets.to_owned(),
        };
        for (question, line, answer) in [
            (SERVE, "more 8", Answer::More(8)),
            (SERVE, "octets 2 0a", octets(2, &[10])),
            (SERVE, "octets 1 -", octets(1, &[])),
            (SERVE, "last 0a0b", Answer::Last(vec![10, 11])),
            (SERVE, "unsupported", Answer::Unsupported),
            (REQUEST, "octets 31", octets(0, &[0x31])),
            (REQUEST, "unrepresentable", Answer::Unrepresentable),
            (REPLY, "more 1", Answer::More(1)),
            (REPLY, "sum -3", Answer::Says("sum -3".to_owned())),
            (
                REPLY,
                "reply ok then",
                Answer::Says("reply ok then".to_owned()),
            ),
        ] {
            assert_eq!(question.read(line), Ok(answer), "{line}");
        }
    }

    #[test]
    fn an_answer_that_would_lead_us_astray_is_refused() {
        for (question, line) in [
            (SERVE, "more 2"),
            (SERVE, "octets 0 0a"),
            (SERVE, "octets 3 0a"),
            (SERVE, "octets 2 0"),
            (SERVE, "sum 3"),
            (REQUEST, "octets -"),
            (REQUEST, "more 8"),
            (REPLY, "last 0a"),
            (REPLY, "sum"),
            (REPLY, "nonsense"),
            (REPLY, ""),
        ] {
            let why = question.read(line).unwrap_err();
            assert!(why.contains(&format!("`{line}` where")), "{why}");
        }
    }
}
