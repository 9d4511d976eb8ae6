//! A line of `drive`'s input.

use std::net::SocketAddr;

use proto::{Encoding, Request};

/// `ID ENC ADDR A B`
pub(crate) enum Order {
    /// An exchange to be made.
    Exchange {
        id: u64,
        with: Server,
        request: Request,
    },
    /// The encoding is not implemented, so the rest of the line does not matter.
    Unsupported { id: u64 },
}

/// A server, and the encoding that it is asked in.
#[derive(Clone, Copy)]
pub(crate) struct Server {
    pub(crate) encoding: &'static dyn Encoding,
    pub(crate) addr: SocketAddr,
}

impl Order {
    /// `None` if the line is not an order.
    pub(crate) fn parse(line: &[u8]) -> Option<Order> {
        let line = std::str::from_utf8(line).ok()?;
        let mut words = line.split(' ');
        let id = words.next()?.parse().ok()?;
        let Some(encoding) = proto::named(words.next()?) else {
            return Some(Order::Unsupported { id });
        };
        let addr = words.next()?.parse().ok()?;
        let a = words.next()?.parse().ok()?;
        let b = words.next()?.parse().ok()?;
        let with = Server { encoding, addr };
        words.next().is_none().then_some(Order::Exchange {
            id,
            with,
            request: Request { a, b },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_five_words_are_an_order() {
        for (line, good) in [
            ("7 text 127.0.0.1:9 1 -2", true),
            ("7 text [::1]:9 1 -2", true),
            ("7 morse nowhere one two three", true),
            ("7 text 127.0.0.1:9 1", false),
            ("7 text 127.0.0.1:9 1 2 3", false),
            ("7 text 127.0.0.1:9  1 2", false),
            ("7 text localhost:9 1 2", false),
            ("-7 text 127.0.0.1:9 1 2", false),
            ("7 text 127.0.0.1:9 1 9223372036854775808", false),
            ("7", false),
            ("", false),
        ] {
            assert_eq!(Order::parse(line.as_bytes()).is_some(), good, "{line:?}");
        }
        assert!(Order::parse(b"7 text 127.0.0.1:9 1 \xff").is_none());
    }
}
