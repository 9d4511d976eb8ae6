//! An error of the system, with the name of its errno.

use std::{fmt, io::ErrorKind};

/// Formats an error as `ECONNRESET: connection reset by peer`, if it is one of the network.
pub(crate) struct Errno<'a>(pub(crate) &'a std::io::Error);

impl fmt::Display for Errno<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By kind and not by number: the numbers differ between systems, and between architectures of one system.
        let (name, words) = match self.0.kind() {
            ErrorKind::ConnectionRefused => ("ECONNREFUSED", "connection refused"),
            ErrorKind::ConnectionReset => ("ECONNRESET", "connection reset by peer"),
            ErrorKind::ConnectionAborted => ("ECONNABORTED", "software caused connection abort"),
            ErrorKind::BrokenPipe => ("EPIPE", "broken pipe"),
            ErrorKind::TimedOut => ("ETIMEDOUT", "connection timed out"),
            ErrorKind::HostUnreachable => ("EHOSTUNREACH", "no route to host"),
            ErrorKind::NetworkUnreachable => ("ENETUNREACH", "network is unreachable"),
            ErrorKind::NetworkDown => ("ENETDOWN", "network is down"),
            ErrorKind::AddrNotAvailable => ("EADDRNOTAVAIL", "cannot assign requested address"),
            _ => return self.0.fmt(f),
        };
        write!(f, "{name}: {words}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_errno_is_named_and_put_in_words() {
        for (kind, words) in [
            (
                ErrorKind::ConnectionReset,
                "ECONNRESET: connection reset by peer",
            ),
            (
                ErrorKind::ConnectionRefused,
                "ECONNREFUSED: connection refused",
            ),
            (ErrorKind::BrokenPipe, "EPIPE: broken pipe"),
            (ErrorKind::TimedOut, "ETIMEDOUT: connection timed out"),
            (ErrorKind::HostUnreachable, "EHOSTUNREACH: no route to host"),
            (
                ErrorKind::NetworkUnreachable,
                "ENETUNREACH: network is unreachable",
            ),
        ] {
            assert_eq!(Errno(&kind.into()).to_string(), words);
        }
        let other = std::io::Error::other("no such host");
        assert_eq!(Errno(&other).to_string(), "no such host");
    }
}
