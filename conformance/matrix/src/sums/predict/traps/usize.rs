//! `usize`: little-endian everywhere, and an integer that is as wide as an address.

use layout::abi::Scalar;
use layout::{Abi, ByteOrder};
use proto::{Reply, Request, Why};

use super::form::{self, Field, Form, field};
use super::{Trap, status};
use crate::expectation::{Ends, Prediction};
use crate::outcome::{Outcome, Short};
use crate::sums::vectors::Pair;

pub(super) struct Usize;

/// What every `id` is (PROTOCOL.md).
const ID: i64 = 1;

impl Trap for Usize {
    fn name(&self) -> &'static str {
        "usize"
    }

    fn predict(&self, ends: Ends<'_>, vector: Pair) -> Prediction {
        let sent = form::write(&request(ends.client), [ID, vector.a, vector.b]);
        // The server takes as many requests as the octets hold.
        let wanted = form::size(&request(ends.server));
        let requests = sent.chunks_exact(wanted);
        let left_over = requests.remainder().len();
        let received: Vec<u8> = requests
            .flat_map(|octets| serve(ends.server, octets))
            .collect();
        let outcome = match form::read(&reply(ends.client), &received) {
            Some(reply) => status::heard(reply),
            // The client wants more than comes. After its half-close the server speaks up, unless it stands between two requests.
            None => Outcome::Starved((left_over > 0).then_some(Short {
                got: left_over,
                want: wanted,
            })),
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
    [
        field("id", abi.size(Scalar::Pointer), ByteOrder::Little),
        field("a", 8, ByteOrder::Little),
        field("b", 8, ByteOrder::Little),
    ]
}

fn reply(abi: &Abi) -> Form<2> {
    [
        field("status", abi.size(Scalar::Pointer), ByteOrder::Little),
        field("sum", 8, ByteOrder::Little),
    ]
}

fn serve(abi: &Abi, octets: &[u8]) -> Vec<u8> {
    let answer = match form::read(&request(abi), octets) {
        Some([ID, a, b]) => Request { a, b }.answer(),
        _ => Reply::Refused(Why::Malformed),
    };
    form::write(&reply(abi), status::said(answer))
}
