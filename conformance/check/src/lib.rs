//! The portability checker: a user's own types, on every ABI.
//!
//! A [`Subject`] is a type that was asked about. [`anatomy`] takes it apart on each ABI; [`islands`] says between which machines it can be copied as it lies; each file of [`findings`] knows one way in which it breaks, and the cure.
//! [`reading`] says what each machine's compiler sees of a source.
//! Pure, all of it; but for [`source`] and [`reading`], which ask compilers, and [`verify`], which asks every target.

pub mod anatomy;
mod bits;
mod built;
pub mod case;
mod checked;
pub mod conditional;
pub mod debug_files;
pub mod diagnosis;
pub mod findings;
mod integer_names;
pub mod islands;
pub mod machine;
mod origin;
pub mod policy;
pub mod prelude;
pub mod reading;
pub mod report;
pub mod rust;
pub mod same;
pub mod source;
mod spelling;
pub mod subjects;
mod turns;
pub mod values;
pub mod verify;

pub use anatomy::Anatomy;
pub use built::Built;
pub use case::{Case, Subject};
pub use checked::{Checked, Portability, Undecided};
pub use findings::{Finding, Rule};
pub use machine::Machine;
