//! `borsh`: borsh 1.
//!
//! Written without borsh's derive, which depends on a parser of TOML.

use borsh::{
    BorshDeserialize, BorshSerialize, from_slice,
    io::{ErrorKind, Read, Result, Write},
    to_writer,
};

use super::frame::Content;
use crate::{Reply, Request, Why};

pub(super) struct Borsh;

/// The variants of the specification's `Reply` and `Why`, whose numbers borsh writes.
const SUM: u8 = 0;
const REFUSED: u8 = 1;
const MALFORMED: u8 = 0;
const OVERFLOW: u8 = 1;
const TOO_LARGE: u8 = 2;

struct ReplyMessage(Reply);

impl BorshSerialize for ReplyMessage {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        let why = match self.0 {
            Reply::Sum(sum) => return (SUM, sum).serialize(writer),
            Reply::Refused(Why::Malformed) => MALFORMED,
            Reply::Refused(Why::Overflow) => OVERFLOW,
            Reply::Refused(Why::TooLarge) => TOO_LARGE,
            Reply::Refused(Why::InputError) => return Err(ErrorKind::InvalidInput.into()),
        };
        (REFUSED, why).serialize(writer)
    }
}

impl BorshDeserialize for ReplyMessage {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        let reply = match u8::deserialize_reader(reader)? {
            SUM => Reply::Sum(i64::deserialize_reader(reader)?),
            REFUSED => Reply::Refused(match u8::deserialize_reader(reader)? {
                MALFORMED => Why::Malformed,
                OVERFLOW => Why::Overflow,
                TOO_LARGE => Why::TooLarge,
                _ => return Err(ErrorKind::InvalidData.into()),
            }),
            _ => return Err(ErrorKind::InvalidData.into()),
        };
        Ok(ReplyMessage(reply))
    }
}

impl Content for Borsh {
    const NAME: &'static str = "borsh";

    fn write_request(request: Request, out: &mut Vec<u8>) {
        to_writer(out, &(request.a, request.b))
            .expect("a Vec takes everything that is written to it");
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        let (a, b) = from_slice(content).ok()?;
        Some(Request { a, b })
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        to_writer(out, &ReplyMessage(reply)).ok()
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        let ReplyMessage(reply) = from_slice(content).ok()?;
        Some(reply)
    }
}
