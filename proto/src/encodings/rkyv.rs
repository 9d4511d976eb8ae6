//! Archives of rkyv, of integers whose byte order is in their type: `rkyv-le` and `rkyv-be`.
//!
//! How rkyv writes an `i64` depends on the features of the crate, which any program that is built with it can choose.

use std::marker::PhantomData;

use rkyv::{
    Archive, Portable, Serialize,
    api::low::{LowSerializer, LowValidator, access, to_bytes_in_with_alloc},
    bytecheck::CheckBytes,
    rancor::Failure,
    ser::{allocator::SubAllocator, writer::Buffer},
    util::Align,
};

use super::fixed::Messages;
use crate::{Reply, Request, Why};

pub(super) struct Rkyv<I>(PhantomData<I>);

/// The octets of a request's archive: two integers.
pub(super) const REQUEST: usize = 16;
/// The octets of a reply's archive: the variant, padding up to the alignment of its content, and the content.
pub(super) const REPLY: usize = 16;

/// A 64-bit integer of `rend`, which has the same octets in an archive as in memory.
pub(super) trait Integer:
    Archive<Archived = Self>
    + Copy
    + From<i64>
    + Into<i64>
    + Portable
    + Sync
    + for<'a> Serialize<Writing<'a>>
    + for<'a> CheckBytes<Reading<'a>>
{
}

type Writing<'a> = LowSerializer<Buffer<'a>, SubAllocator<'a>, Failure>;
type Reading<'a> = LowValidator<'a, Failure>;

#[derive(Archive, Serialize)]
struct RequestMessage<I> {
    a: I,
    b: I,
}

#[derive(Archive, Serialize)]
enum ReplyMessage<I> {
    Sum(I),
    Refused(WhyMessage),
}

#[derive(Archive, Serialize)]
enum WhyMessage {
    Malformed,
    Overflow,
    TooLarge,
}

impl<I: Integer> Messages<REQUEST, REPLY> for Rkyv<I> {
    fn write_request(request: Request) -> [u8; REQUEST] {
        let message = RequestMessage {
            a: I::from(request.a),
            b: I::from(request.b),
        };
        write(&message)
    }

    fn read_request(octets: &[u8; REQUEST]) -> Option<Request> {
        let aligned = Align(*octets);
        let message = access::<ArchivedRequestMessage<I>, Failure>(&*aligned).ok()?;
        Some(Request {
            a: message.a.into(),
            b: message.b.into(),
        })
    }

    fn write_reply(reply: Reply) -> Option<[u8; REPLY]> {
        let message = match reply {
            Reply::Sum(sum) => ReplyMessage::Sum(I::from(sum)),
            Reply::Refused(why) => ReplyMessage::Refused(match why {
                Why::Malformed => WhyMessage::Malformed,
                Why::Overflow => WhyMessage::Overflow,
                Why::TooLarge => WhyMessage::TooLarge,
                Why::InputError => return None,
            }),
        };
        Some(write(&message))
    }

    fn read_reply(octets: &[u8; REPLY]) -> Option<Reply> {
        let aligned = Align(*octets);
        let reply = match access::<ArchivedReplyMessage<I>, Failure>(&*aligned).ok()? {
            ArchivedReplyMessage::Sum(sum) => Reply::Sum((*sum).into()),
            ArchivedReplyMessage::Refused(why) => Reply::Refused(match why {
                ArchivedWhyMessage::Malformed => Why::Malformed,
                ArchivedWhyMessage::Overflow => Why::Overflow,
                ArchivedWhyMessage::TooLarge => Why::TooLarge,
            }),
        };
        // rkyv does not check the padding. Octets in it would be another encoding of the same reply.
        (Self::write_reply(reply)? == *octets).then_some(reply)
    }
}

fn write<const N: usize>(message: &impl for<'a> Serialize<Writing<'a>>) -> [u8; N] {
    let mut octets = [0; N];
    let written = to_bytes_in_with_alloc(message, Buffer::from(&mut octets), SubAllocator::empty());
    let length = written.map(|archive| archive.len());
    assert!(
        length.is_ok_and(|length| length == N),
        "an archive has one size"
    );
    octets
}
