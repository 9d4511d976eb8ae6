//! What the source of a crate says about its types, and debug information does not: `repr`, the names of C's integers, where it is declared.
//!
//! `text` finds the declarations, `declared` is one of them, [`settle`] puts into a program what they decide. [`package`] has cargo build a project, and [`unused`] names what is in no debug information by then.

mod declared;
mod names;
pub mod package;
mod repr;
mod settle;
mod text;
pub mod unused;

pub use settle::settle;
