//! `raw-fixed`: `struct { int64_t a, b; }`, with this machine's byte order.

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::fixed::take_struct;
use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

pub(super) struct RawFixed;

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct RequestStruct {
    a: i64,
    b: i64,
}

/// The reply of `raw-mixed` and `raw-packed`, too.
#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct ReplyStruct {
    sum: i64,
}

impl Encoding for RawFixed {
    fn name(&self) -> &'static str {
        "raw-fixed"
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    fn answer(&self, request: Request) -> Reply {
        wrapping_answer(request)
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let message = RequestStruct {
            a: request.a,
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

/// The sum modulo 2^64: a raw reply has no room for a refusal.
pub(super) fn wrapping_answer(request: Request) -> Reply {
    Reply::Sum(request.a.wrapping_add(request.b))
}

pub(super) fn encode_sum(reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
    let Reply::Sum(sum) = reply else {
        return Err(Unencodable::NoRefusal);
    };
    out.extend_from_slice(ReplyStruct { sum }.as_bytes());
    Ok(())
}

pub(super) fn decode_sum(octets: &[u8]) -> Step<Reply> {
    take_struct(octets, |message: ReplyStruct| Reply::Sum(message.sum))
}
