//! The portability checker: a user's own types, on every ABI.
//!
//! A [`Subject`] is a type that was asked about. [`anatomy`] takes it apart on each ABI; [`islands`] says between which machines it can be copied as it lies; each file of [`findings`] knows one way in which it breaks, and the cure.
//! Pure: nothing here compiles or runs anything.

pub mod anatomy;
pub mod case;
pub mod findings;
pub mod islands;
pub mod machine;

pub use anatomy::Anatomy;
pub use case::{Case, Subject};
pub use findings::{Finding, Rule};
pub use machine::Machine;
