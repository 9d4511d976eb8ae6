//! The exit codes, all of them.

use std::io::ErrorKind::{
    BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable,
    NetworkUnreachable, TimedOut,
};

use sumcli::{ConnectError, ReachError};

/// As `--help` prints them.
pub(crate) const CODES: &str = "\
Exit codes:
    0  done
    1  trouble that is none of the below, described on standard error
    2  wrong arguments
    3  refused: nobody listens there (ECONNREFUSED)
    4  reset: the connection was broken off (ECONNRESET, EPIPE, ECONNABORTED)
    5  timed out: no connection, no reply or no acknowledgement in time (ETIMEDOUT, and our own timeouts)
    6  unreachable: no way there (EHOSTUNREACH, ENETUNREACH)
    7  closed: the server ended the connection first
  127  an encoding that is not implemented";

pub(crate) const TROUBLE: u8 = 1;
/// clap exits with it; so do we for a wrong environment variable.
pub(crate) const USAGE: u8 = 2;
const REFUSED: u8 = 3;
const RESET: u8 = 4;
const TIMED_OUT: u8 = 5;
const UNREACHABLE: u8 = 6;
const CLOSED: u8 = 7;
pub(crate) const UNSUPPORTED: u8 = 127;

pub(crate) fn of_reach(error: &ReachError) -> u8 {
    match error {
        ReachError::Io { source, .. } => of_io(source),
        ReachError::TimedOut { .. } => TIMED_OUT,
    }
}

pub(crate) fn of_connect(error: &ConnectError) -> u8 {
    match error {
        ConnectError::Closed { .. } => CLOSED,
        ConnectError::Broken { source, .. } => of_io(source),
        ConnectError::TimedOut { .. } => TIMED_OUT,
        ConnectError::Garbled | ConnectError::Io(_) => TROUBLE,
    }
}

fn of_io(error: &std::io::Error) -> u8 {
    match error.kind() {
        ConnectionRefused => REFUSED,
        ConnectionReset | BrokenPipe | ConnectionAborted => RESET,
        TimedOut => TIMED_OUT,
        HostUnreachable | NetworkUnreachable => UNREACHABLE,
        _ => TROUBLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_has_its_code() {
        let reach = |kind: std::io::ErrorKind| {
            of_reach(&ReachError::Io {
                addr: "there".to_owned(),
                source: kind.into(),
            })
        };
        let broken = |kind: std::io::ErrorKind| {
            of_connect(&ConnectError::Broken {
                unanswered: 1,
                source: kind.into(),
            })
        };
        for (kind, code) in [
            (ConnectionRefused, 3),
            (ConnectionReset, 4),
            (BrokenPipe, 4),
            (TimedOut, 5),
            (HostUnreachable, 6),
            (NetworkUnreachable, 6),
            (std::io::ErrorKind::NotFound, 1),
        ] {
            assert_eq!((reach(kind), broken(kind)), (code, code), "{kind}");
        }
        assert_eq!(of_connect(&ConnectError::Closed { unanswered: 0 }), 7);
        assert_eq!(of_connect(&ConnectError::Garbled), 1);
        // Our own output is not a connection.
        assert_eq!(of_connect(&ConnectError::Io(BrokenPipe.into())), 1);
    }

    #[test]
    fn every_code_is_in_the_help() {
        for code in [
            0,
            TROUBLE,
            USAGE,
            REFUSED,
            RESET,
            TIMED_OUT,
            UNREACHABLE,
            CLOSED,
            UNSUPPORTED,
        ] {
            let listed = CODES
                .lines()
                .filter(|line| line.trim_start().starts_with(&format!("{code}  ")))
                .count();
            assert_eq!(listed, 1, "{code}");
        }
    }
}
