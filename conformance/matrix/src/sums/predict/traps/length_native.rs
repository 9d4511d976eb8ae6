//! `length-native`: a frame whose length is in the byte order of the machine that wrote it, and in it what `network` writes.

use layout::{Abi, ByteOrder};
use proto::{Reply, Request, Why};

use super::form::{self, Field, Form, field};
use super::{Trap, status};
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

pub(super) struct LengthNative;

/// What every frame holds: two words of 64 bits.
const CONTENT: i64 = 16;

impl Trap for LengthNative {
    fn name(&self) -> &'static str {
        "length-native"
    }

    fn predict(&self, ends: Ends<'_>, vector: Pair) -> Prediction {
        let sent = form::write(&request(ends.client), [CONTENT, vector.a, vector.b]);
        let answer = match form::read(&request(ends.server), &sent) {
            Some([CONTENT, a, b]) => Request { a, b }.answer(),
            // 16 is 2^28 in the other order, and 2^28 is over every cap.
            _ => Reply::Refused(Why::TooLarge),
        };
        let [status, sum] = status::said(answer);
        let received = form::write(&reply(ends.server), [CONTENT, status, sum]);
        let outcome = match form::read(&reply(ends.client), &received) {
            Some([CONTENT, status, sum]) => status::heard([status, sum]),
            // The client has a cap, too.
            _ => Outcome::Garbled,
        };
        Prediction {
            outcome,
            sent,
            received,
        }
    }

    fn request(&self, abi: &Abi) -> Vec<Field> {
        request(abi).to_vec()
    }

    fn reply(&self, abi: &Abi, _: &[u8]) -> Vec<Field> {
        reply(abi).to_vec()
    }
}

fn request(abi: &Abi) -> Form<3> {
    framed(abi, ["a", "b"])
}

fn reply(abi: &Abi) -> Form<3> {
    framed(abi, ["status", "sum"])
}

fn framed(abi: &Abi, [first, second]: [&'static str; 2]) -> Form<3> {
    [
        field("length", 4, abi.byte_order()),
        field(first, 8, ByteOrder::Big),
        field(second, 8, ByteOrder::Big),
    ]
}
