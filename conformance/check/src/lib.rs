//! The portability checker: a user's own types, on every ABI.
//!
//! A [`Subject`](input::Subject) is a type that was asked about, as [`input`] reads it. [`anatomy`] takes it apart on each ABI; [`islands`] says between which machines it can be copied as it lies; each file of [`findings`] knows one way in which it breaks, and the cure.
//! Pure, all of it; but for [`verify`], which asks every target.

pub mod anatomy;
pub mod case;
mod checked;
pub mod diagnosis;
pub mod findings;
pub mod islands;
mod origin;
pub mod policy;
pub mod report;
pub mod same;
mod spelling;
pub mod storage_order;
pub mod values;
pub mod verify;

pub use anatomy::Anatomy;
pub use case::Case;
pub use checked::{Checked, Portability, Undecided};
pub use findings::{Finding, Rule};
