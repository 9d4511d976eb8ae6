//! Which of the models an encoding has.

use proto::{Encoding, Family};

use super::{explicit, raw, traps};
use crate::expectation::{Ends, Prediction};
use crate::sums::vectors::Pair;

/// Predicts what an encoding does to a vector between two machines.
pub fn predict(ends: Ends<'_>, encoding: &dyn Encoding, vector: Pair) -> Prediction {
    match (encoding.family(), traps::named(encoding.name())) {
        (_, Some(trap)) => trap.predict(ends, vector),
        (Family::Raw, None) => raw::predict(ends, encoding.name(), vector),
        (Family::Text | Family::Explicit, None) => explicit::predict(ends, encoding, vector),
    }
}
