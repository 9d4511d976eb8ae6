//! `raw-packed`: `raw-mixed` without padding, so that only this machine's byte order is left in it.

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{
    fixed::take_struct,
    raw_fixed::{decode_sum, encode_sum, wrapping_answer},
    raw_mixed::{OP, TAG},
};
use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

pub(super) struct RawPacked;

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C, packed)]
struct RequestStruct {
    op: i8,
    a: i64,
    tag: i16,
    b: i64,
}

impl Encoding for RawPacked {
    fn name(&self) -> &'static str {
        "raw-packed"
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    fn answer(&self, request: Request) -> Reply {
        wrapping_answer(request)
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let message = RequestStruct {
            op: OP,
            a: request.a,
            tag: TAG,
            b: request.b,
        };
        out.extend_from_slice(message.as_bytes());
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take_struct(octets, |message: RequestStruct| Request {
            a: message.a,
            b: message.b,
        })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        encode_sum(reply, out)
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        decode_sum(octets)
    }
}
