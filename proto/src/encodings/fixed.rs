//! Messages that all have one size, and so need no frame.

use std::marker::PhantomData;

use crate::{Encoding, Family, Reply, Request, Step, Unencodable, Why};

/// The messages of an encoding whose requests all have `REQUEST` octets, and whose replies all have `REPLY`.
pub(super) trait Messages<const REQUEST: usize, const REPLY: usize>: Sync {
    /// See [`Encoding::trap`].
    const TRAP: Option<&'static str> = None;
    /// See [`Encoding::has_native_boundaries`].
    const NATIVE_BOUNDARIES: bool = false;

    fn write_request(request: Request) -> [u8; REQUEST];
    /// `None` when the octets are not a request.
    fn read_request(octets: &[u8; REQUEST]) -> Option<Request>;

    /// `None` for what the format cannot write: [`Why::InputError`].
    fn write_reply(reply: Reply) -> Option<[u8; REPLY]>;
    /// `None` when the octets are not a reply.
    fn read_reply(octets: &[u8; REPLY]) -> Option<Reply>;
}

/// The encoding that sends the messages of `M` one after another.
pub(super) struct Fixed<M, const REQUEST: usize, const REPLY: usize> {
    name: &'static str,
    messages: PhantomData<M>,
}

impl<M, const REQUEST: usize, const REPLY: usize> Fixed<M, REQUEST, REPLY> {
    pub(super) const fn new(name: &'static str) -> Self {
        Fixed {
            name,
            messages: PhantomData,
        }
    }
}

impl<M: Messages<REQUEST, REPLY>, const REQUEST: usize, const REPLY: usize> Encoding
    for Fixed<M, REQUEST, REPLY>
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn family(&self) -> Family {
        Family::Explicit
    }

    fn trap(&self) -> Option<&'static str> {
        M::TRAP
    }

    fn has_native_boundaries(&self) -> bool {
        M::NATIVE_BOUNDARIES
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        out.extend_from_slice(&M::write_request(request));
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take(octets, |message| whole(M::read_request(message), REQUEST))
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        match M::write_reply(reply) {
            Some(message) => out.extend_from_slice(&message),
            None => return Err(Unencodable::NoRefusal),
        }
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(octets, |message| whole(M::read_reply(message), REPLY))
    }
}

/// A message that is not valid is refused. Where the next one begins is known all the same.
fn whole<T>(value: Option<T>, used: usize) -> Step<T> {
    match value {
        Some(value) => Step::Done { value, used },
        None => Step::Refused {
            why: Why::Malformed,
            used: Some(used),
        },
    }
}

/// Takes the first `N` octets, or says that `N` are needed.
pub(super) fn take<const N: usize, T>(
    octets: &[u8],
    read: impl FnOnce(&[u8; N]) -> Step<T>,
) -> Step<T> {
    match octets.first_chunk::<N>() {
        Some(message) => read(message),
        None => Step::NeedMore { want: N },
    }
}
