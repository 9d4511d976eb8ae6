//! `text-long`: the book's own server, which reads the integers of a line into a `long` and adds them as such.

use std::ffi::c_long;

use super::text::Text;
use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

pub(super) struct TextLong;

impl Encoding for TextLong {
    fn name(&self) -> &'static str {
        "text-long"
    }

    fn family(&self) -> Family {
        Family::Text
    }

    fn envelope(&self) -> Option<usize> {
        Text.envelope()
    }

    fn trap(&self) -> Option<&'static str> {
        Some("text assumes that what reads it has room for its numbers")
    }

    fn answer(&self, request: Request) -> Reply {
        let nearest = Request {
            a: nearest(request.a),
            b: nearest(request.b),
        };
        match nearest.answer() {
            Reply::Sum(sum) => Reply::Sum(cut(sum)),
            refused @ Reply::Refused(_) => refused,
        }
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        Text.encode_request(request, out)
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        Text.decode_request(octets)
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        Text.encode_reply(reply, out)
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        Text.decode_reply(octets)
    }
}

/// The nearest `long`, as `strtol` gives it.
fn nearest(integer: i64) -> i64 {
    #[allow(clippy::useless_conversion, reason = "a long may have 32 bits")]
    let (least, greatest) = (i64::from(c_long::MIN), i64::from(c_long::MAX));
    integer.clamp(least, greatest)
}

/// What is left of a sum in a `long`: its low bits.
fn cut(sum: i64) -> i64 {
    let unused = i64::BITS - c_long::BITS;
    sum << unused >> unused
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Why;

    #[test]
    fn a_long_holds_what_its_machine_lets_it_hold() {
        let answer = |a, b| TextLong.answer(Request { a, b });
        assert_eq!(answer(-22, -77), Reply::Sum(-99));
        let is_wide = c_long::BITS == 64;
        let large = match is_wide {
            true => 5_000_000_001,
            false => -2_147_483_648,
        };
        assert_eq!(answer(5_000_000_000, 1), Reply::Sum(large));
        let refused = match is_wide {
            true => Reply::Refused(Why::Overflow),
            false => Reply::Sum(-2_147_483_648),
        };
        assert_eq!(answer(i64::MAX, 1), refused);
    }
}
