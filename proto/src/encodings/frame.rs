//! Frames: a length of 32 bits, and then exactly that many octets. The length is big-endian, except in `length-native`.

use crate::{Encoding, Family, MAX_MESSAGE, Reply, Request, Step, Unencodable, Why};

const PREFIX: usize = size_of::<u32>();

/// What is inside the frames of an encoding.
///
/// The writers append to a frame that was begun. The readers are given the content of a frame, and return `None` when they cannot read it or when octets are left over.
pub(super) trait Content: Sync {
    /// See [`Encoding::name`].
    const NAME: &'static str;
    /// See [`Encoding::trap`].
    const TRAP: Option<&'static str> = None;
    /// See [`Encoding::is_canonical`].
    const CANONICAL: bool = true;
    /// The byte order of the length in front of the content.
    const LENGTH: Order = Order::Network;

    fn write_request(request: Request, out: &mut Vec<u8>);
    fn read_request(content: &[u8]) -> Option<Request>;

    /// `None` for what the format cannot write: [`Why::InputError`]. What was appended by then is removed again.
    fn write_reply(reply: Reply, out: &mut Vec<u8>) -> Option<()>;
    fn read_reply(content: &[u8]) -> Option<Reply>;
}

/// The byte order of a length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Big-endian.
    Network,
    /// This machine's own.
    Native,
}

/// The encoding that carries `C` in frames.
pub(super) struct Framed<C>(pub(super) C);

impl<C: Content> Encoding for Framed<C> {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn family(&self) -> Family {
        Family::Explicit
    }

    fn envelope(&self) -> Option<usize> {
        Some(PREFIX)
    }

    fn trap(&self) -> Option<&'static str> {
        C::TRAP
    }

    fn is_canonical(&self) -> bool {
        C::CANONICAL
    }

    fn has_native_boundaries(&self) -> bool {
        C::LENGTH == Order::Native
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let write = |out: &mut Vec<u8>| {
            C::write_request(request, out);
            Some(())
        };
        append(C::LENGTH, out, write).ok_or(Unencodable::NoRefusal)
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take(octets, C::LENGTH, C::read_request)
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        append(C::LENGTH, out, |out| C::write_reply(reply, out)).ok_or(Unencodable::NoRefusal)
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(octets, C::LENGTH, C::read_reply)
    }
}

/// Appends one frame. The content is written in its place first, and then the length, which is known only then. Nothing is appended when `write` returns `None`.
fn append(
    order: Order,
    out: &mut Vec<u8>,
    write: impl FnOnce(&mut Vec<u8>) -> Option<()>,
) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(&[0; PREFIX]);
    let written = write(out);
    match out.get_mut(start..).and_then(<[u8]>::split_first_chunk_mut) {
        Some((prefix, content)) if written.is_some() => {
            let length = u32::try_from(content.len());
            let length = length.expect("no message of ours comes near the cap");
            *prefix = match order {
                Order::Network => length.to_be_bytes(),
                Order::Native => length.to_ne_bytes(),
            };
            written
        }
        _ => {
            out.truncate(start);
            None
        }
    }
}

/// Takes one frame. The content is borrowed from `octets`, so nothing is allocated for the length.
fn take<T>(octets: &[u8], order: Order, read: impl FnOnce(&[u8]) -> Option<T>) -> Step<T> {
    let Some((prefix, rest)) = octets.split_first_chunk::<PREFIX>() else {
        return Step::NeedMore { want: PREFIX };
    };
    let length = match order {
        Order::Network => u32::from_be_bytes(*prefix),
        Order::Native => u32::from_ne_bytes(*prefix),
    };
    // A length that does not fit a usize is over the cap.
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    if length > MAX_MESSAGE {
        return Step::Refused {
            why: Why::TooLarge,
            used: None,
        };
    }
    let whole = PREFIX + length;
    let Some(content) = rest.get(..length) else {
        return Step::NeedMore { want: whole };
    };
    match read(content) {
        Some(value) => Step::Done { value, used: whole },
        None => Step::Refused {
            why: Why::Malformed,
            used: Some(whole),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: u32, content: &[u8]) -> Vec<u8> {
        [&length.to_be_bytes(), content].concat()
    }

    #[test]
    fn a_length_at_the_cap_is_waited_for_and_one_over_it_is_refused_at_once() {
        let step = |octets: &[u8]| take(octets, Order::Network, |content| Some(content.len()));
        assert_eq!(step(&frame(1024, &[])), Step::NeedMore { want: 1028 });
        assert_eq!(
            step(&frame(1024, &[0; 1024])),
            Step::Done {
                value: 1024,
                used: 1028
            }
        );
        assert_eq!(
            step(&frame(1025, &[])),
            Step::Refused {
                why: Why::TooLarge,
                used: None
            }
        );
        assert_eq!(
            step(&frame(u32::MAX, &[0; 64])),
            Step::Refused {
                why: Why::TooLarge,
                used: None
            }
        );
    }

    #[test]
    fn an_incomplete_length_wants_four_octets_and_no_more() {
        for given in 0..4 {
            let octets = vec![0xff; given];
            assert_eq!(
                take(&octets, Order::Network, |_| Some(())),
                Step::NeedMore { want: 4 }
            );
        }
    }
}
