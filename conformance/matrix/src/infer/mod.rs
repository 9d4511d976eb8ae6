//! Why the cells of an encoding break that nobody has a model of: found by comparing cells.
//!
//! An explanation is the smallest set of differences between machines that holds in every cell that breaks, and in none that is right ([`search`]). Pure; nothing is said where nothing separates the cells.

mod cells;
mod explanation;
mod fact;
mod search;

pub use cells::{Explained, explain_all};
pub use explanation::{Distinction, Explanation};
pub use fact::{DistinguishingFact, Facts};
pub use search::{Ran, explain};
