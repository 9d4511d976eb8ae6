//! `zerocopy`: structs of big-endian integers.

use zerocopy::{
    FromBytes, Immutable, IntoBytes, TryFromBytes, Unaligned, big_endian::I64, transmute,
    try_transmute,
};

use super::fixed::{Fixed, Messages};
use crate::{Reply, Request, Why};

pub(super) struct Zerocopy;

pub(super) static ZEROCOPY: Fixed<Zerocopy, REQUEST, REPLY> = Fixed::new("zerocopy");

const REQUEST: usize = size_of::<RequestMessage>();
const REPLY: usize = size_of::<ReplyMessage>();

#[derive(FromBytes, IntoBytes, Immutable, Unaligned)]
#[repr(C)]
struct RequestMessage {
    a: I64,
    b: I64,
}

/// Its fields have no alignment, so there is no padding.
#[derive(TryFromBytes, IntoBytes, Immutable, Unaligned)]
#[repr(C)]
struct ReplyMessage {
    status: Status,
    sum: I64,
}

/// zerocopy refuses any other octet.
#[derive(Clone, Copy, TryFromBytes, IntoBytes, Immutable, Unaligned)]
#[repr(u8)]
enum Status {
    Sum = 0,
    Malformed = 1,
    Overflow = 2,
    TooLarge = 3,
}

impl Messages<REQUEST, REPLY> for Zerocopy {
    fn write_request(request: Request) -> [u8; REQUEST] {
        transmute!(RequestMessage {
            a: request.a.into(),
            b: request.b.into(),
        })
    }

    fn read_request(octets: &[u8; REQUEST]) -> Option<Request> {
        let RequestMessage { a, b } = transmute!(*octets);
        Some(Request {
            a: a.get(),
            b: b.get(),
        })
    }

    fn write_reply(reply: Reply) -> Option<[u8; REPLY]> {
        let (status, sum) = match reply {
            Reply::Sum(sum) => (Status::Sum, sum),
            Reply::Refused(Why::Malformed) => (Status::Malformed, 0),
            Reply::Refused(Why::Overflow) => (Status::Overflow, 0),
            Reply::Refused(Why::TooLarge) => (Status::TooLarge, 0),
            Reply::Refused(Why::InputError) => return None,
        };
        let sum = sum.into();
        Some(transmute!(ReplyMessage { status, sum }))
    }

    fn read_reply(octets: &[u8; REPLY]) -> Option<Reply> {
        let message: Result<ReplyMessage, _> = try_transmute!(*octets);
        let ReplyMessage { status, sum } = message.ok()?;
        match (status, sum.get()) {
            (Status::Sum, sum) => Some(Reply::Sum(sum)),
            (Status::Malformed, 0) => Some(Reply::Refused(Why::Malformed)),
            (Status::Overflow, 0) => Some(Reply::Refused(Why::Overflow)),
            (Status::TooLarge, 0) => Some(Reply::Refused(Why::TooLarge)),
            _ => None,
        }
    }
}
