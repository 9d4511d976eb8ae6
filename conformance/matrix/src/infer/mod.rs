//! Why the cells of an encoding break that nobody has a model of: by the type of its message, where the user names it (`by_type`); else by the structs that its octets may be (`by_octets`, `shapes`); else by comparing cells.
//!
//! An explanation by comparison is the smallest set of conditions that hold in every cell that breaks, and in none that is right (`search`); all sets of that size are told, without those that the octets rule out (`wire`). Pure; nothing is said where nothing separates the cells.

mod by_octets;
mod by_type;
mod cells;
mod condition;
mod decide;
mod explanation;
mod fact;
#[cfg(test)]
mod planted;
mod ran;
mod search;
mod shapes;
mod turned;
mod wire;

pub use by_type::{CauseSets, TypedCell, Unexplained, explain_by_type};
pub use cells::{Explained, explain_all};
pub use condition::Condition;
pub use explanation::{Alternative, Distinction, Explanation, named};
pub use fact::{DistinguishingFact, Facts};
pub use ran::{Octets, Ran};
pub use search::explain;
