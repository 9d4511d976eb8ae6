//! `bincode-native`: an explicit format, configured to write integers as the machine does.

use cross::octets::{place_integer, read_integer};
use cross::{Abi, ByteOrder};
use proto::{Reply, Request};

use super::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::vectors::Vector;

/// The variant of a sum; that of a refusal is 1, and that of an overflow among refusals is 1 too.
const SUM: i64 = 0;
const REFUSED: i64 = 1;
const OVERFLOW: i64 = 1;

pub(super) fn predict(ends: Ends<'_>, vector: Vector) -> Prediction {
    let order = |abi: &Abi| abi.byte_order();
    let request = [
        word(vector.a, 8, order(ends.client)),
        word(vector.b, 8, order(ends.client)),
    ];
    let [a, b] = request
        .clone()
        .map(|octets| read(&octets, order(ends.server)));
    let reply = match (Request { a, b }).answer() {
        Reply::Sum(sum) => [
            word(SUM, 4, order(ends.server)),
            word(sum, 8, order(ends.server)),
        ],
        Reply::Refused(_) => [
            word(REFUSED, 4, order(ends.server)),
            word(OVERFLOW, 4, order(ends.server)),
        ],
    };
    let [variant, value] = reply
        .clone()
        .map(|octets| read(&octets, order(ends.client)));
    let outcome = match (variant, value) {
        (SUM, sum) => Outcome::Sum(sum),
        (REFUSED, OVERFLOW) => Outcome::Refused(proto::Why::Overflow.to_string()),
        _ => Outcome::Garbled,
    };
    Prediction {
        outcome,
        sent: frame(&request.concat()),
        received: frame(&reply.concat()),
    }
}

/// The frame's length is big-endian on every machine: it is the one integer that bincode does not write.
fn frame(payload: &[u8]) -> Vec<u8> {
    let length = i64::try_from(payload.len()).unwrap_or_default();
    [word(length, 4, ByteOrder::Big), payload.to_vec()].concat()
}

fn word(value: i64, size: usize, order: ByteOrder) -> Vec<u8> {
    let mut octets = vec![0; size];
    // Every value written here fits its word: 64 bits, a variant, a frame's length.
    let _ = place_integer(value, size, order, &mut octets);
    octets
}

fn read(octets: &[u8], order: ByteOrder) -> i64 {
    read_integer(octets, order).unwrap_or_default()
}
