//! `raw-long`: `struct { long a, b; }`, with this machine's byte order and width of `long`.

use core::ffi::c_long;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::fixed::take_struct;
use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

pub(super) struct RawLong;

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct RequestStruct {
    a: c_long,
    b: c_long,
}

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct ReplyStruct {
    sum: c_long,
}

impl Encoding for RawLong {
    fn name(&self) -> &'static str {
        "raw-long"
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    /// Modulo 2 to the width of `long`, which is what the addition of two `long`s gives where overflow wraps.
    fn answer(&self, request: Request) -> Reply {
        Reply::Sum(widen(cut(request.a.wrapping_add(request.b))))
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let message = RequestStruct {
            a: narrow(request.a)?,
            b: narrow(request.b)?,
        };
        out.extend_from_slice(message.as_bytes());
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take_struct(octets, |message: RequestStruct| Request {
            a: widen(message.a),
            b: widen(message.b),
        })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let Reply::Sum(sum) = reply else {
            return Err(Unencodable::NoRefusal);
        };
        let message = ReplyStruct { sum: narrow(sum)? };
        out.extend_from_slice(message.as_bytes());
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take_struct(octets, |message: ReplyStruct| {
            Reply::Sum(widen(message.sum))
        })
    }
}

fn narrow(value: i64) -> Result<c_long, Unencodable> {
    #[allow(
        clippy::unnecessary_fallible_conversions,
        clippy::useless_conversion,
        reason = "`long` is narrower elsewhere"
    )]
    c_long::try_from(value).map_err(|_| Unencodable::TooWide {
        value,
        bits: c_long::BITS,
    })
}

fn widen(value: c_long) -> i64 {
    #[allow(clippy::useless_conversion, reason = "`long` is narrower elsewhere")]
    i64::from(value)
}

fn cut(value: i64) -> c_long {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::unnecessary_cast,
        reason = "the cut is the point"
    )]
    {
        value as c_long
    }
}
