//! `text-ebcdic`: the text client on a machine whose characters are code page 037, against a server that knows only ASCII.

use super::{
    line::take,
    text::{Text, read_reply},
};
use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

pub(super) struct TextEbcdic;

/// The characters of requests and replies: ASCII, and code page 037.
const CODE_PAGE_037: [(u8, u8); 21] = [
    (b'0', 0xf0),
    (b'1', 0xf1),
    (b'2', 0xf2),
    (b'3', 0xf3),
    (b'4', 0xf4),
    (b'5', 0xf5),
    (b'6', 0xf6),
    (b'7', 0xf7),
    (b'8', 0xf8),
    (b'9', 0xf9),
    (b' ', 0x40),
    (b'-', 0x60),
    (b'\n', END),
    (b'e', 0x85),
    (b'i', 0x89),
    (b'n', 0x95),
    (b'o', 0x96),
    (b'p', 0x97),
    (b'r', 0x99),
    (b't', 0xa3),
    (b'u', 0xa4),
];

const END: u8 = 0x25;

/// The longest reply is the least integer: a sign and 19 digits.
const LONGEST_REPLY: usize = 20;

impl Encoding for TextEbcdic {
    fn name(&self) -> &'static str {
        "text-ebcdic"
    }

    fn family(&self) -> Family {
        Family::Text
    }

    fn envelope(&self) -> Option<usize> {
        Some(1)
    }

    fn trap(&self) -> Option<&'static str> {
        Some("text assumes a shared character set")
    }

    /// The two ends do not even agree about where a line ends.
    fn has_native_boundaries(&self) -> bool {
        true
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let mut ascii = Vec::new();
        Text.encode_request(request, &mut ascii)?;
        out.extend(ascii.into_iter().map(to_037));
        Ok(())
    }

    /// The server is a text server and knows nothing of code pages.
    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        Text.decode_request(octets)
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        Text.encode_reply(reply, out)
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(octets, END, |line| {
            let mut ascii = [0; LONGEST_REPLY];
            let ascii = ascii.get_mut(..line.len())?;
            for (to, &from) in ascii.iter_mut().zip(line) {
                *to = from_037(from)?;
            }
            read_reply(ascii)
        })
    }
}

fn to_037(ascii: u8) -> u8 {
    let found = CODE_PAGE_037.iter().find(|(from, _)| *from == ascii);
    found.map_or(SUBSTITUTE, |(_, to)| *to)
}

fn from_037(octet: u8) -> Option<u8> {
    let found = CODE_PAGE_037.iter().find(|(_, from)| *from == octet);
    found.map(|(to, _)| *to)
}

/// SUB in code page 037.
const SUBSTITUTE: u8 = 0x3f;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Why;

    #[test]
    fn a_server_waits_for_a_line_end_that_never_comes() {
        let mut octets = Vec::new();
        TextEbcdic
            .encode_request(
                Request {
                    a: i64::MIN,
                    b: -77,
                },
                &mut octets,
            )
            .unwrap();
        let want = octets.len() + 1;
        assert_eq!(TextEbcdic.decode_request(&octets), Step::NeedMore { want });
    }

    #[test]
    fn a_client_waits_for_a_line_end_that_never_comes() {
        for reply in [Reply::Sum(i64::MIN), Reply::Refused(Why::Malformed)] {
            let mut octets = Vec::new();
            TextEbcdic.encode_reply(reply, &mut octets).unwrap();
            let want = octets.len() + 1;
            assert_eq!(TextEbcdic.decode_reply(&octets), Step::NeedMore { want });
        }
    }

    #[test]
    fn replies_are_read_in_code_page_037() {
        let sum = [0x60, 0xf9, 0xf9, 0x25]; // "-99", LF
        assert_eq!(
            TextEbcdic.decode_reply(&sum),
            Step::Done {
                value: Reply::Sum(-99),
                used: 4
            }
        );
        let refusal = [
            0x89, 0x95, 0x97, 0xa4, 0xa3, 0x40, 0x85, 0x99, 0x99, 0x96, 0x99, 0x25,
        ]; // "input error", LF
        assert_eq!(
            TextEbcdic.decode_reply(&refusal),
            Step::Done {
                value: Reply::Refused(Why::InputError),
                used: 12
            }
        );
        let letters = [0x81, 0x82, 0x25]; // "ab", LF
        assert_eq!(
            TextEbcdic.decode_reply(&letters),
            Step::Refused {
                why: Why::Malformed,
                used: Some(3)
            }
        );
    }
}
