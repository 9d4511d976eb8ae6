//! What encodings are compared with: octets copied as they lie, and octets swapped and stored.
//!
//! They are encodings like any other to whoever measures, and are measured in the same turns; no registry has them.

use std::marker::PhantomData;

use proto::{Encoding, Family, Reply, Request, Step, Unencodable};

/// What is done to a word of the machine's on its way.
pub trait Turn: Sync {
    /// The word in reports.
    const NAME: &'static str;

    /// There, and back.
    fn turn(word: i64) -> i64;
}

/// Nothing: what is left is `memcpy`.
pub struct AsItLies;

/// Its octets are turned round.
pub struct Swapped;

impl Turn for AsItLies {
    const NAME: &'static str = "memcpy";

    fn turn(word: i64) -> i64 {
        word
    }
}

impl Turn for Swapped {
    const NAME: &'static str = "swap and store";

    fn turn(word: i64) -> i64 {
        word.swap_bytes()
    }
}

/// Two 64-bit words, of a request, or a zero and the sum: 16 octets each way.
pub struct Words<T>(PhantomData<T>);

/// `memcpy` of the octets as they lie in this machine.
pub static MEMCPY: Words<AsItLies> = Words(PhantomData);

/// Each word's octets turned round and stored.
pub static SWAP: Words<Swapped> = Words(PhantomData);

const MESSAGE: usize = 16;

fn put<T: Turn>(first: i64, second: i64, out: &mut Vec<u8>) {
    let words = [first, second].map(|word| T::turn(word).to_ne_bytes());
    out.extend_from_slice(words.as_flattened());
}

fn take<T: Turn, V>(octets: &[u8], see: impl FnOnce(i64, i64) -> V) -> Step<V> {
    let words = octets.first_chunk::<MESSAGE>().and_then(|message| {
        let (first, second) = message.split_first_chunk()?;
        Some((first, second.first_chunk()?))
    });
    let word = |octets: &[u8; 8]| T::turn(i64::from_ne_bytes(*octets));
    match words {
        Some((first, second)) => Step::Done {
            value: see(word(first), word(second)),
            used: MESSAGE,
        },
        None => Step::NeedMore { want: MESSAGE },
    }
}

impl<T: Turn> Encoding for Words<T> {
    fn name(&self) -> &'static str {
        T::NAME
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        put::<T>(request.a, request.b, out);
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take::<T, _>(octets, |a, b| Request { a, b })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let Reply::Sum(sum) = reply else {
            return Err(Unencodable::NoRefusal);
        };
        put::<T>(0, sum, out);
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take::<T, _>(octets, |_, sum| Reply::Sum(sum))
    }
}
