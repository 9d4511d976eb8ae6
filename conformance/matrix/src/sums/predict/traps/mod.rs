//! The registry of traps: how one goes wrong is one file here, and one row in the table.

mod bincode_native;
mod form;
mod length_native;
mod status;
mod text_ebcdic;
mod text_long;
mod usize;

pub use form::Field;

use layout::Abi;

use crate::expectation::{Ends, Prediction};
use crate::sums::vectors::Pair;

/// What an encoding does that takes something for granted.
pub trait Trap: Sync {
    /// The encoding's name.
    fn name(&self) -> &'static str;

    /// What becomes of a vector between two machines.
    fn predict(&self, ends: Ends<'_>, vector: Pair) -> Prediction;

    /// The integers of a request as a machine writes and reads them; none where machines do not matter.
    fn request(&self, _abi: &Abi) -> Vec<Field> {
        Vec::new()
    }

    /// The integers of a reply that has these octets.
    fn reply(&self, _abi: &Abi, _octets: &[u8]) -> Vec<Field> {
        Vec::new()
    }
}

static ALL: [&dyn Trap; 5] = [
    &text_ebcdic::TextEbcdic,
    &text_long::TextLong,
    &usize::Usize,
    &length_native::LengthNative,
    &bincode_native::BincodeNative,
];

/// The trap with the name of this encoding.
pub fn named(encoding: &str) -> Option<&'static dyn Trap> {
    ALL.into_iter().find(|trap| trap.name() == encoding)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_encoding_that_is_a_trap_has_its_model_and_no_other_has() {
        let traps = proto::all()
            .iter()
            .filter(|encoding| encoding.trap().is_some());
        let names: Vec<&str> = traps.map(|trap| trap.name()).collect();
        let models: Vec<&str> = super::ALL.iter().map(|trap| trap.name()).collect();
        assert_eq!(models, names);
    }
}
