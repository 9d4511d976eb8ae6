//! What the protocol promises for a vector: the yardstick for "correct".

use layout::Abi;
use proto::{Encoding, Family, Reply, Request, Why};

use super::raw;
use crate::expectation::Ends;
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

/// The true sum, or the refusal that stands for it.
///
/// A raw struct promises what the same program does against its own kind: the machine's own arithmetic, within what its own `long` can hold (PROTOCOL.md). That another machine at the other end changes it is what breaks a cell.
pub fn promised(client: &Abi, encoding: &dyn Encoding, vector: Pair) -> Outcome {
    let answer = Request {
        a: vector.a,
        b: vector.b,
    }
    .answer();
    match (encoding.family(), answer) {
        (Family::Raw, _) => {
            let own_kind = Ends {
                server: client,
                client,
            };
            raw::predict(own_kind, encoding.name(), vector).outcome
        }
        (_, Reply::Sum(sum)) => Outcome::Sum(sum),
        // The line of a refusal does not say why.
        (Family::Text, Reply::Refused(_)) => Outcome::Refused(Why::InputError.to_string()),
        (Family::Explicit, Reply::Refused(why)) => Outcome::Refused(why.to_string()),
    }
}
