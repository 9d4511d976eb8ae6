//! One server and one client of a user's, each started by itself for one address, without a relay between them: for who has something else in mind with them than a matrix.

use std::net::SocketAddr;

use cross::process::{Exit, Invocation};

use super::build::{Asking, Lines, Serving};
use super::contract::{Answer, ClientOutcome};
use super::json_lines;
use super::listen::values;
use crate::participant::command::Builtin;

/// What a client by itself says that it saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientSaid {
    /// A reply, in words.
    Reply(String),
    /// That it got none, and how it says so.
    Failed(String),
    /// Nothing: it ended as after a success, or was killed by a signal.
    Nothing(String),
}

impl Serving {
    /// The server, to listen at this address in one encoding.
    pub fn at(&self, encoding: &str, address: SocketAddr) -> Invocation {
        match self {
            Serving::ByContract(server) => {
                let served = format!("{encoding}={address}");
                server.clone().args(["serve", &served])
            }
            Serving::BlackBox(start) => start.invocation(&values(encoding, address)),
        }
    }
}

impl Asking {
    /// The client, to make one request of these words at this address; and what it reads on its standard input.
    pub fn of(&self, encoding: &str, address: SocketAddr, request: &str) -> (Invocation, String) {
        match self {
            Asking::ByContract(client, lines) => {
                let line = match lines {
                    Lines::Words => format!("1 {encoding} {address} {request}"),
                    Lines::Json => json_lines::order(1, encoding, address, request),
                };
                (client.clone().arg("drive"), line + "\n")
            }
            Asking::BlackBox(start) => {
                let mut values = values(encoding, address);
                let words = request.split(' ').map(str::to_owned).collect();
                values.insert(Builtin::Request, words);
                (start.invocation(&values), String::new())
            }
        }
    }

    /// What the client says that it saw, from how it ended and what it printed.
    pub fn said(&self, exit: Exit, printed: &str) -> ClientSaid {
        let failed = |words: String| match exit {
            Exit::Code(1..) => ClientSaid::Failed(exit.to_string()),
            _ => ClientSaid::Nothing(format!("{exit}{words}")),
        };
        match self {
            Asking::BlackBox(_) => {
                let words = printed.split_whitespace().collect::<Vec<_>>().join(" ");
                match (exit, words.is_empty()) {
                    (Exit::Code(0), false) => ClientSaid::Reply(words),
                    (Exit::Code(0), true) => failed(" and printed nothing".to_owned()),
                    _ => failed(String::new()),
                }
            }
            Asking::ByContract(..) => match printed.lines().next().map(Answer::read) {
                None => failed(" without an answer".to_owned()),
                Some(Err(nonsense)) => ClientSaid::Nothing(nonsense.to_string()),
                Some(Ok(answer)) => match answer.said {
                    ClientOutcome::Sum(sum) => ClientSaid::Reply(sum.to_string()),
                    ClientOutcome::Reply(words) => ClientSaid::Reply(words),
                    ClientOutcome::Refused(why) => ClientSaid::Failed(format!("refused {why}")),
                    other => ClientSaid::Failed(format!("{other:?}").to_lowercase()),
                },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by_contract(lines: Lines) -> Asking {
        Asking::ByContract(Invocation::new("/bin/client"), lines)
    }

    #[test]
    fn a_client_by_the_contract_gets_a_line_in_its_form() {
        let address = "127.0.0.1:4711".parse().unwrap();
        let (program, line) = by_contract(Lines::Words).of("v1", address, "1 2");
        assert_eq!(program.to_string(), "/bin/client drive");
        assert_eq!(line, "1 v1 127.0.0.1:4711 1 2\n");
        let (_, line) = by_contract(Lines::Json).of("v1", address, "1 2");
        assert!(line.starts_with(r#"{"id":1,"encoding":"v1""#), "{line}");
        let server = Serving::ByContract(Invocation::new("/bin/server"));
        assert_eq!(
            server.at("v1", address).to_string(),
            "/bin/server serve v1=127.0.0.1:4711"
        );
    }

    #[test]
    fn what_is_no_reply_is_told_or_hidden() {
        let client = by_contract(Lines::Words);
        let end = "sent 00 recv - from 127.0.0.1:9";
        for (code, printed, said) in [
            (
                0,
                format!("1 sum 3 {end}"),
                ClientSaid::Reply("3".to_owned()),
            ),
            (
                0,
                format!("1 reply a b {end}"),
                ClientSaid::Reply("a b".to_owned()),
            ),
            (
                0,
                format!("1 closed {end}"),
                ClientSaid::Failed("closed".to_owned()),
            ),
            (
                0,
                format!("1 refused late {end}"),
                ClientSaid::Failed("refused late".to_owned()),
            ),
            (
                1,
                String::new(),
                ClientSaid::Failed("exited with status 1".to_owned()),
            ),
            (
                0,
                String::new(),
                ClientSaid::Nothing("exited with status 0 without an answer".to_owned()),
            ),
        ] {
            assert_eq!(client.said(Exit::Code(code), &printed), said, "{printed}");
        }
        let killed = client.said(Exit::Signal(13), "");
        let expected = "was killed by SIGPIPE without an answer".to_owned();
        assert_eq!(killed, ClientSaid::Nothing(expected));
    }
}
