//! What is observed in a scenario, and why a scenario ends early.

mod halt;
mod points;

pub use halt::Halt;
pub use points::{Account, Observed, Point};
