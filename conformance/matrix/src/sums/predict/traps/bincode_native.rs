//! `bincode-native`: an explicit format, configured to write integers as the machine does.

use layout::{Abi, ByteOrder};
use proto::{Reply, Request, Why};

use super::Trap;
use super::form::{self, Field, Form, field};
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

pub(super) struct BincodeNative;

/// The variant of a sum; that of a refusal is 1, and that of an overflow among refusals is 1 too.
const SUM: i64 = 0;
const REFUSED: i64 = 1;
const OVERFLOW: i64 = 1;

/// The octets in the frames of a request, a sum and a refusal.
const REQUEST_CONTENT: i64 = 16;
const SUM_CONTENT: i64 = 12;
const REFUSAL_CONTENT: i64 = 8;

impl Trap for BincodeNative {
    fn name(&self) -> &'static str {
        "bincode-native"
    }

    fn predict(&self, ends: Ends<'_>, vector: Pair) -> Prediction {
        let sent = form::write(&request(ends.client), [REQUEST_CONTENT, vector.a, vector.b]);
        let [_, a, b] = form::read(&request(ends.server), &sent).unwrap_or_default();
        let answer = Request { a, b }.answer();
        let received = match answer {
            Reply::Sum(sum) => form::write(&summed(ends.server), [SUM_CONTENT, SUM, sum]),
            Reply::Refused(_) => {
                form::write(&refused(ends.server), [REFUSAL_CONTENT, REFUSED, OVERFLOW])
            }
        };
        // Which of the two it is the client reads from the variant; the length says nothing else.
        let as_sum = form::read(&summed(ends.client), &received);
        let as_refusal = form::read(&refused(ends.client), &received);
        let outcome = match (as_sum, as_refusal) {
            (Some([SUM_CONTENT, SUM, sum]), _) => Outcome::Sum(sum),
            (_, Some([REFUSAL_CONTENT, REFUSED, OVERFLOW])) => {
                Outcome::Refused(Why::Overflow.to_string())
            }
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

    fn reply(&self, abi: &Abi, octets: &[u8]) -> Vec<Field> {
        let (sum, refusal) = (summed(abi), refused(abi));
        if octets.len() == form::size(&refusal) {
            refusal.to_vec()
        } else {
            sum.to_vec()
        }
    }
}

fn request(abi: &Abi) -> Form<3> {
    [
        LENGTH,
        field("a", 8, abi.byte_order()),
        field("b", 8, abi.byte_order()),
    ]
}

fn summed(abi: &Abi) -> Form<3> {
    [
        LENGTH,
        field("Reply", 4, abi.byte_order()),
        field("sum", 8, abi.byte_order()),
    ]
}

fn refused(abi: &Abi) -> Form<3> {
    [
        LENGTH,
        field("Reply", 4, abi.byte_order()),
        field("Why", 4, abi.byte_order()),
    ]
}

/// The frame's length is big-endian on every machine: it is the one integer that bincode does not write.
const LENGTH: Field = Field {
    name: "length",
    size: 4,
    order: ByteOrder::Big,
};
