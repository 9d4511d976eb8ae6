//! What encodings are compared with: octets copied as they lie, and octets swapped and stored.
//!
//! They are encodings like any other to whoever measures, and are measured in the same turns; no registry has them.

use proto::{Encoding, Family, Reply, Request, Step, Unencodable};

/// Two 64-bit words of a request, or a zero and the sum: 16 octets each way, each word made of the other kind by `turn`.
pub struct Words {
    name: &'static str,
    turn: fn(i64) -> i64,
}

/// `memcpy` of the octets as they lie in this machine.
pub static MEMCPY: Words = Words {
    name: "memcpy",
    turn: |word| word,
};

/// Each word's octets turned round and stored.
pub static SWAP: Words = Words {
    name: "swap and store",
    turn: i64::swap_bytes,
};

const MESSAGE: usize = 16;

impl Words {
    fn put(&self, first: i64, second: i64, out: &mut Vec<u8>) {
        let [first, second] = [first, second].map(|word| (self.turn)(word).to_ne_bytes());
        out.extend_from_slice([first, second].as_flattened());
    }

    fn take<T>(&self, octets: &[u8], see: impl FnOnce(i64, i64) -> T) -> Step<T> {
        let words = octets.first_chunk::<MESSAGE>().and_then(|message| {
            let (first, second) = message.split_first_chunk::<8>()?;
            Some((*first, *second.first_chunk::<8>()?))
        });
        match words {
            Some((first, second)) => Step::Done {
                value: see(
                    (self.turn)(i64::from_ne_bytes(first)),
                    (self.turn)(i64::from_ne_bytes(second)),
                ),
                used: MESSAGE,
            },
            None => Step::NeedMore { want: MESSAGE },
        }
    }
}

impl Encoding for Words {
    fn name(&self) -> &'static str {
        self.name
    }

    fn family(&self) -> Family {
        Family::Raw
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        self.put(request.a, request.b, out);
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        self.take(octets, |a, b| Request { a, b })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let Reply::Sum(sum) = reply else {
            return Err(Unencodable::NoRefusal);
        };
        self.put(0, sum, out);
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        self.take(octets, |_, sum| Reply::Sum(sum))
    }
}
