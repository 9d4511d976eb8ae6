//! `capnp`: Cap'n Proto, one message in its canonical form.

// Generated from `sum.capnp`, which says how. The code is the generator's, and so are its warnings.
#[rustfmt::skip]
#[allow(warnings, clippy::all, clippy::pedantic, clippy::restriction, reason = "generated")]
mod sum_capnp;

use capnp::{
    Word,
    message::{Builder, HeapAllocator, Reader, ReaderOptions, SegmentArray},
    traits::{Owned, SetterInput},
};

use self::sum_capnp::{Why as WhyMessage, reply, request};
use super::frame::Content;
use crate::{Reply, Request, Why};

pub(super) struct Capnp;

impl Content for Capnp {
    const NAME: &'static str = "capnp";

    fn write_request(request: Request, out: &mut Vec<u8>) {
        out.extend_from_slice(&request_message(request));
    }

    fn read_request(content: &[u8]) -> Option<Request> {
        let request = read::<request::Owned, _>(content, |root| {
            Some(Request {
                a: root.get_a(),
                b: root.get_b(),
            })
        })?;
        (request_message(request) == content).then_some(request)
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        out.extend_from_slice(&reply_message(reply)?);
        Some(())
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        let reply = read::<reply::Owned, _>(content, |root| {
            Some(match root.which().ok()? {
                reply::Sum(sum) => Reply::Sum(sum),
                reply::Refused(why) => Reply::Refused(match why.ok()? {
                    WhyMessage::Malformed => Why::Malformed,
                    WhyMessage::Overflow => Why::Overflow,
                    WhyMessage::TooLarge => Why::TooLarge,
                }),
            })
        })?;
        (reply_message(reply)? == content).then_some(reply)
    }
}

fn request_message(request: Request) -> Vec<u8> {
    let mut message = builder();
    let mut root = message.init_root::<request::Builder<'_>>();
    root.set_a(request.a);
    root.set_b(request.b);
    canonical::<request::Owned>(root.into_reader()).expect("two integers have a canonical form")
}

fn reply_message(reply: Reply) -> Option<Vec<u8>> {
    let mut message = builder();
    let mut root = message.init_root::<reply::Builder<'_>>();
    match reply {
        Reply::Sum(sum) => root.set_sum(sum),
        Reply::Refused(why) => root.set_refused(match why {
            Why::Malformed => WhyMessage::Malformed,
            Why::Overflow => WhyMessage::Overflow,
            Why::TooLarge => WhyMessage::TooLarge,
            Why::InputError => return None,
        }),
    }
    canonical::<reply::Owned>(root.into_reader())
}

/// Its first segment has room for the longest message, a pointer and two words, and not for the usual 8 KiB.
fn builder() -> Builder<HeapAllocator> {
    Builder::new(HeapAllocator::new().first_segment_words(3))
}

/// The canonical form: one segment, without a table of segments, and without words of 0 at the end of a struct.
fn canonical<T: Owned>(root: impl SetterInput<T>) -> Option<Vec<u8>> {
    let mut message = builder();
    message.set_root_canonical(root).ok()?;
    Some(message.get_segments_for_output().concat())
}

/// Reads a segment. The reader accepts more than the canonical form, so the caller has to check that.
fn read<M: Owned, T>(content: &[u8], value: impl FnOnce(M::Reader<'_>) -> Option<T>) -> Option<T> {
    let mut words = Word::allocate_zeroed_vec(content.len() / size_of::<Word>());
    let segment = Word::words_to_bytes_mut(&mut words);
    if segment.len() != content.len() {
        return None;
    }
    segment.copy_from_slice(content);
    let segments = [&*segment];
    let message = Reader::new(SegmentArray::new(&segments), ReaderOptions::new());
    value(message.get_root().ok()?)
}
