//! Which of the models an encoding has.

use proto::{Encoding, Family};

use super::traps::Trap;
use super::{explicit, raw, traps};
use crate::expectation::{Ends, Prediction};
use crate::outcome::Outcome;
use crate::sums::vectors::Pair;

/// An encoding between two machines, by its model: made once, and asked about any number of vectors.
pub struct Link<'a> {
    ends: Ends<'a>,
    encoding: &'a dyn Encoding,
    model: Model<'a>,
}

enum Model<'a> {
    Trap(&'static dyn Trap),
    Raw(Box<raw::Structs<'a>>),
    Explicit,
    /// A struct that one of the two machines does not have.
    Unsupported,
}

impl<'a> Link<'a> {
    /// The link between these two, in this encoding.
    pub fn new(ends: Ends<'a>, encoding: &'a dyn Encoding) -> Self {
        let model = match (encoding.family(), traps::named(encoding.name())) {
            (_, Some(trap)) => Model::Trap(trap),
            (Family::Raw, None) => {
                let structs = raw::Structs::new(ends, encoding.name()).map(Box::new);
                structs.map_or(Model::Unsupported, Model::Raw)
            }
            (Family::Text | Family::Explicit, None) => Model::Explicit,
        };
        Link {
            ends,
            encoding,
            model,
        }
    }

    /// Whether it does the same between any two machines.
    pub fn is_same_anywhere(&self) -> bool {
        matches!(self.model, Model::Explicit)
    }

    /// What the encoding does to a vector.
    pub fn predict(&self, vector: Pair) -> Prediction {
        match &self.model {
            Model::Trap(trap) => trap.predict(self.ends, vector),
            Model::Raw(structs) => structs.predict(vector),
            Model::Explicit => explicit::predict(self.ends, self.encoding, vector),
            Model::Unsupported => Prediction {
                outcome: Outcome::Unsupported,
                sent: Vec::new(),
                received: Vec::new(),
            },
        }
    }
}
