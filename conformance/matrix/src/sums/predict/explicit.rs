//! Text and explicit encodings: the machines do not matter, and that is the prediction.

use proto::{Encoding, Request};

use super::promise::Promise;
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

pub(super) fn predict(ends: Ends<'_>, encoding: &dyn Encoding, vector: Pair) -> Prediction {
    let request = Request {
        a: vector.a,
        b: vector.b,
    };
    let mut sent = Vec::new();
    let mut received = Vec::new();
    let said = encoding
        .encode_request(request, &mut sent)
        .and_then(|()| encoding.encode_reply(encoding.answer(request), &mut received));
    match said {
        Ok(()) => Prediction {
            outcome: Promise::new(ends.client, encoding).of(vector),
            sent,
            received,
        },
        // No encoding of these families refuses to say anything; if one comes to, its cells show it.
        Err(_) => Prediction {
            outcome: Outcome::Unrepresentable,
            sent: Vec::new(),
            received: Vec::new(),
        },
    }
}
