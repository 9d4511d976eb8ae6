//! Two 64-bit words each way, in a byte order that the encoding fixes: `network` and `little`.

use std::marker::PhantomData;

use byteorder::ByteOrder;

use super::fixed::Messages;
use crate::{Reply, Request, Why};

pub(super) struct Words<B>(PhantomData<B>);

const WORD: usize = 8;
pub(super) const MESSAGE: usize = 2 * WORD;

impl<B: ByteOrder + Sync> Messages<MESSAGE, MESSAGE> for Words<B> {
    fn write_request(request: Request) -> [u8; MESSAGE] {
        pack::<B>(request.a, request.b)
    }

    fn read_request(octets: &[u8; MESSAGE]) -> Option<Request> {
        let (a, b) = unpack::<B>(octets);
        Some(Request { a, b })
    }

    fn write_reply(reply: Reply) -> Option<[u8; MESSAGE]> {
        let (status, sum) = match reply {
            Reply::Sum(sum) => (0, sum),
            Reply::Refused(why) => (why.number()?, 0),
        };
        Some(pack::<B>(i64::from(status), sum))
    }

    fn read_reply(octets: &[u8; MESSAGE]) -> Option<Reply> {
        match unpack::<B>(octets) {
            (0, sum) => Some(Reply::Sum(sum)),
            (status, 0) => {
                let why = Why::numbered(u64::try_from(status).ok()?)?;
                Some(Reply::Refused(why))
            }
            _ => None,
        }
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
