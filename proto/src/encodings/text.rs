//! `text`: a line of ASCII each way.

use super::line::{canonical_integer, put_integer, scan_integer, take};
use crate::{Encoding, Family, MAX_MESSAGE, Reply, Request, Step, Unencodable, Why};

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
        // Nearly every line ends right after its integers. Then its end need not be searched for.
        let window = octets.get(..=MAX_MESSAGE).unwrap_or(octets);
        match read_request(window) {
            Some((value, [END, rest @ ..])) => Step::Done {
                value,
                used: window.len() - rest.len(),
            },
            _ => take(octets, END, |line| Some(read_request(line)?.0)),
        }
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

/// Reads the integers at the front of a line. A line end is not white space, so both are in one line.
fn read_request(line: &[u8]) -> Option<(Request, &[u8])> {
    let (a, rest) = scan_integer(line)?;
    let (b, rest) = scan_integer(rest)?;
    Some((Request { a, b }, rest))
}

/// Reads a reply's line, strictly.
pub(super) fn read_reply(line: &[u8]) -> Option<Reply> {
    if line == INPUT_ERROR.as_bytes() {
        return Some(Reply::Refused(Why::InputError));
    }
    canonical_integer(line).map(Reply::Sum)
}
