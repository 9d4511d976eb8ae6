//! What the protocol promises for a vector: the yardstick for "correct".

use layout::Abi;
use proto::{Encoding, Family, Reply, Request, Why};

use super::raw;
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

/// What an encoding promises a client.
pub struct Promise<'a> {
    family: Family,
    own_kind: Option<raw::Structs<'a>>,
}

impl<'a> Promise<'a> {
    /// What `encoding` promises to `client`.
    pub fn new(client: &'a Abi, encoding: &dyn Encoding) -> Self {
        Promise {
            family: encoding.family(),
            own_kind: raw::Structs::of_one_kind(client, encoding.name()),
        }
    }

    /// The true sum, or the refusal that stands for it.
    ///
    /// A raw struct promises what the same program does against its own kind: the machine's own arithmetic, within what its own `long` can hold (PROTOCOL.md). That another machine at the other end changes it is what breaks a cell.
    pub fn of(&self, vector: Pair) -> Outcome {
        let answer = Request {
            a: vector.a,
            b: vector.b,
        }
        .answer();
        match (self.family, answer) {
            (Family::Raw, _) => match &self.own_kind {
                Some(structs) => structs.predict(vector).outcome,
                None => Outcome::Unsupported,
            },
            (_, Reply::Sum(sum)) => Outcome::Sum(sum),
            // The line of a refusal does not say why.
            (Family::Text, Reply::Refused(_)) => Outcome::Refused(Why::InputError.to_string()),
            (Family::Explicit, Reply::Refused(why)) => Outcome::Refused(why.to_string()),
        }
    }
}
