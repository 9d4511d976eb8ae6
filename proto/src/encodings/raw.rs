//! The raw encodings: this machine's own structs, as they lie in memory, one after another.

use std::marker::PhantomData;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::{Encoding, Family, Reply, Request, Step, Unencodable};

/// The request struct of a raw encoding. Any octets are one, if there are enough of them.
pub(super) trait RawStruct: FromBytes + Sync {
    /// See [`Encoding::name`].
    const NAME: &'static str;

    /// The field of the reply struct.
    type Sum: Field;

    /// Appends the struct's octets. Those of its padding are 0. Nothing is appended on error.
    fn write(request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable>;
    fn read(self) -> Request;
}

/// An integer in a struct, of a width that `long` has on some machine.
pub(super) trait Field:
    TryFrom<i64> + Into<i64> + FromBytes + IntoBytes + Immutable
{
    const BITS: u32;

    fn narrow(value: i64) -> Result<Self, Unencodable> {
        Self::try_from(value).map_err(|_| Unencodable::TooWide {
            value,
            bits: Self::BITS,
        })
    }

    fn widen(self) -> i64 {
        self.into()
    }
}

impl Field for i32 {
    const BITS: u32 = i32::BITS;
}

impl Field for i64 {
    const BITS: u32 = i64::BITS;
}

#[derive(FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct ReplyStruct<F> {
    sum: F,
}

/// The encoding whose request is `S`.
pub(super) struct Raw<S>(PhantomData<S>);

impl<S> Raw<S> {
    pub(super) const fn new() -> Self {
        Raw(PhantomData)
    }
}

impl<S: RawStruct> Encoding for Raw<S> {
    fn name(&self) -> &'static str {
        S::NAME
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    fn has_native_boundaries(&self) -> bool {
        true
    }

    /// The reply has no room for a refusal, so the sum is taken modulo 2 to the width of its field, as an addition that wraps gives it.
    fn answer(&self, request: Request) -> Reply {
        let cut = i64::BITS - S::Sum::BITS;
        Reply::Sum((request.a.wrapping_add(request.b) << cut) >> cut)
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        S::write(request, out)
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take(octets, S::read)
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let Reply::Sum(sum) = reply else {
            return Err(Unencodable::NoRefusal);
        };
        let sum = S::Sum::narrow(sum)?;
        out.extend_from_slice(ReplyStruct { sum }.as_bytes());
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(octets, |message: ReplyStruct<S::Sum>| {
            Reply::Sum(message.sum.widen())
        })
    }
}

/// Takes the first struct, or says how many octets it needs.
fn take<S: FromBytes, T>(octets: &[u8], read: impl FnOnce(S) -> T) -> Step<T> {
    let size = size_of::<S>();
    match S::read_from_prefix(octets) {
        Ok((message, _)) => Step::Done {
            value: read(message),
            used: size,
        },
        Err(_) => Step::NeedMore { want: size },
    }
}
