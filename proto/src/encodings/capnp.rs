//! `capnp`: Cap'n Proto, one message: written in its canonical form, and read in that or as a stream, which every library writes.

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
        let value = |root: request::Reader<'_>| {
            Some(Request {
                a: root.get_a(),
                b: root.get_b(),
            })
        };
        let canonical = read::<request::Owned, _>(content, value);
        let canonical = canonical.filter(|request| request_message(*request) == content);
        canonical.or_else(|| {
            read_stream::<request::Owned, _>(content, value, |request| {
                Some(request_message(request))
            })
        })
    }

    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()> {
        out.extend_from_slice(&reply_message(reply)?);
        Some(())
    }

    fn read_reply(content: &[u8]) -> Option<Reply> {
        let value = |root: reply::Reader<'_>| {
            Some(match root.which().ok()? {
                reply::Sum(sum) => Reply::Sum(sum),
                reply::Refused(why) => Reply::Refused(match why.ok()? {
                    WhyMessage::Malformed => Why::Malformed,
                    WhyMessage::Overflow => Why::Overflow,
                    WhyMessage::TooLarge => Why::TooLarge,
                }),
            })
        };
        let canonical = read::<reply::Owned, _>(content, value);
        let canonical = canonical.filter(|reply| {
            let message = reply_message(*reply);
            message.is_some_and(|message| message == content)
        });
        canonical.or_else(|| read_stream::<reply::Owned, _>(content, value, reply_message))
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

/// The pointer of a root of two words of data, as the schema has it, right behind it.
const ROOT: [u8; 8] = [0, 0, 0, 0, 2, 0, 0, 0];

/// A table of one segment ("Serialization Over a Stream"): a count that is less by one, and the segment's size in words.
const TABLE: [u8; 8] = [0, 0, 0, 0, 3, 0, 0, 0];

/// Reads a message behind a table of one segment.
///
/// Only a root as large as the schema's is taken: a shorter one could be the canonical form of another message, and a longer one has data that is not in the schema. For the same reason the rest of its data must be 0.
fn read_stream<M: Owned, T: Copy>(
    content: &[u8],
    value: impl FnOnce(M::Reader<'_>) -> Option<T>,
    canonical: impl FnOnce(T) -> Option<Vec<u8>>,
) -> Option<T> {
    let segment = content.strip_prefix(&TABLE)?;
    let data = segment.strip_prefix(&ROOT)?;
    if data.len() != 2 * size_of::<Word>() {
        return None;
    }
    let value = read::<M, T>(segment, value)?;
    let canonical = canonical(value)?;
    let rest = data.strip_prefix(canonical.get(ROOT.len()..)?)?;
    rest.iter().all(|octet| *octet == 0).then_some(value)
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
