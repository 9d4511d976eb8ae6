//! `text`: a line of ASCII each way.

use super::line::{canonical_integer, put_integer, scan_integer, take};
use crate::{Encoding, Family, Reply, Request, Step, Unencodable, Why};

pub(super) struct Text;

const END: u8 = b'\n';
const INPUT_ERROR: &str = "input error";

impl Encoding for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn family(&self) -> Family {
        Family::Text
    }

    fn envelope(&self) -> Option<usize> {
        Some(1)
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        put_integer(request.a, out);
        out.push(b' ');
        put_integer(request.b, out);
        out.push(END);
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take(octets, END, |line| {
            let (a, rest) = scan_integer(line)?;
            let (b, _ignored) = scan_integer(rest)?;
            Some(Request { a, b })
        })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        match reply {
            Reply::Sum(sum) => put_integer(sum, out),
            Reply::Refused(_) => out.extend_from_slice(INPUT_ERROR.as_bytes()),
        }
        out.push(END);
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(octets, END, read_reply)
    }
}

/// Reads a reply's line, strictly.
pub(super) fn read_reply(line: &[u8]) -> Option<Reply> {
    if line == INPUT_ERROR.as_bytes() {
        return Some(Reply::Refused(Why::InputError));
    }
    canonical_integer(line).map(Reply::Sum)
}
