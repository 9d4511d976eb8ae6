//! Two 64-bit words each way, in a byte order that is written down: `network` and `little`.

use std::marker::PhantomData;

use byteorder::ByteOrder;

use super::fixed::take;
use crate::{Encoding, Family, Reply, Request, Step, Unencodable, Why};

pub(super) struct Words<B> {
    name: &'static str,
    order: PhantomData<B>,
}

const WORD: usize = 8;
const MESSAGE: usize = 2 * WORD;

impl<B> Words<B> {
    pub(super) const fn new(name: &'static str) -> Self {
        Words {
            name,
            order: PhantomData,
        }
    }
}

impl<B: ByteOrder + Sync> Encoding for Words<B> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn family(&self) -> Family {
        Family::Explicit
    }

    fn encode_request(&self, request: Request, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        out.extend_from_slice(&pack::<B>(request.a, request.b));
        Ok(())
    }

    fn decode_request(&self, octets: &[u8]) -> Step<Request> {
        take(octets, |message: &[u8; MESSAGE]| {
            let (a, b) = unpack::<B>(message);
            Step::Done {
                value: Request { a, b },
                used: MESSAGE,
            }
        })
    }

    fn encode_reply(&self, reply: Reply, out: &mut Vec<u8>) -> Result<(), Unencodable> {
        let (status, sum) = match reply {
            Reply::Sum(sum) => (0, sum),
            Reply::Refused(why) => (why.number().ok_or(Unencodable::NoRefusal)?, 0),
        };
        out.extend_from_slice(&pack::<B>(i64::from(status), sum));
        Ok(())
    }

    fn decode_reply(&self, octets: &[u8]) -> Step<Reply> {
        take(octets, |message: &[u8; MESSAGE]| {
            let value = match unpack::<B>(message) {
                (0, sum) => Some(Reply::Sum(sum)),
                (status, 0) => u64::try_from(status)
                    .ok()
                    .and_then(Why::numbered)
                    .map(Reply::Refused),
                _ => None,
            };
            match value {
                Some(value) => Step::Done {
                    value,
                    used: MESSAGE,
                },
                None => Step::Refused {
                    why: Why::Malformed,
                    used: Some(MESSAGE),
                },
            }
        })
    }
}

fn pack<B: ByteOrder>(first: i64, second: i64) -> [u8; MESSAGE] {
    let mut message = [0; MESSAGE];
    B::write_i64_into(&[first, second], &mut message);
    message
}

fn unpack<B: ByteOrder>(message: &[u8; MESSAGE]) -> (i64, i64) {
    let (first, second) = message.split_at(WORD);
    (B::read_i64(first), B::read_i64(second))
}
