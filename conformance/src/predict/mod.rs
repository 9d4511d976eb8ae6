//! The prediction: what the ABI model says a cell will do to a vector, octet by octet.
//!
//! Pure: no toolchain, no process, no clock. [`predict`] writes the request as the client's ABI would, reads it as the server's would, adds, and goes back. [`causes()`] says why it breaks.

mod causes;
mod explicit;
mod promise;
pub mod raw;
pub mod traps;

pub use causes::{Cause, causes, without};
pub use promise::promised;

use layout::Abi;
use proto::{Encoding, Family};

use crate::outcome::Outcome;
use crate::vectors::Pair;

/// What will happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prediction {
    /// The outcome.
    pub outcome: Outcome,
    /// The octets that the client sends.
    pub sent: Vec<u8>,
    /// The octets that come back.
    pub received: Vec<u8>,
}

/// The two ends of a cell, as the model sees them.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    /// The server's ABI.
    pub server: &'a Abi,
    /// The client's ABI.
    pub client: &'a Abi,
}

/// Predicts what an encoding does to a vector between two machines.
pub fn predict(ends: Ends<'_>, encoding: &dyn Encoding, vector: Pair) -> Prediction {
    match (encoding.family(), traps::named(encoding.name())) {
        (_, Some(trap)) => trap.predict(ends, vector),
        (Family::Raw, None) => raw::predict(ends, encoding.name(), vector),
        (Family::Text | Family::Explicit, None) => explicit::predict(ends, encoding, vector),
    }
}

#[cfg(test)]
mod tests;
