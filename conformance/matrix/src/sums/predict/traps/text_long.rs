//! `text-long`: the server reads the integers of a line into its `long`, and adds them as such.

use layout::Abi;
use layout::abi::Scalar;
use layout::octets::cut_integer;
use proto::Why;

use super::Trap;
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

pub(super) struct TextLong;

impl Trap for TextLong {
    fn name(&self) -> &'static str {
        "text-long"
    }

    fn predict(&self, ends: Ends<'_>, vector: Pair) -> Prediction {
        let nearest = |integer| nearest(integer, ends.server);
        let sum = nearest(vector.a).checked_add(nearest(vector.b));
        let sum = sum.and_then(|sum| cut_integer(sum, ends.server.size(Scalar::Long)).ok());
        let (outcome, received) = match sum {
            Some(sum) => (Outcome::Sum(sum), format!("{sum}\n")),
            None => (
                Outcome::Refused(Why::InputError.to_string()),
                "input error\n".to_owned(),
            ),
        };
        Prediction {
            outcome,
            sent: format!("{} {}\n", vector.a, vector.b).into_bytes(),
            received: received.into_bytes(),
        }
    }
}

/// What a machine's `long` holds of an integer that is too large for it (C17 7.22.1.4): the nearest.
fn nearest(integer: i64, abi: &Abi) -> i64 {
    match abi.size(Scalar::Long) {
        4 => integer.clamp(i32::MIN.into(), i32::MAX.into()),
        _ => integer,
    }
}
