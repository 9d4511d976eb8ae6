//! From the finding to the cure: what a type that breaks has written is read again.
//!
//! A [`Form`] is how a type lies in octets on one island of machines: the only thing that is taken from `check`, which reads declarations and lays them out. All else here is a pure function of forms and octets: [`value`] reads them, [`guess`] says which form could have written them, [`lock`] whether a type still has the forms that it had, [`compat`] whether two programs of one machine may share it, and [`port`] writes code for one of them, which [`prove`] compiles and runs on every machine that is here.

pub mod compat;
pub mod condition;
mod date;
pub mod dump;
mod float;
pub mod form;
pub mod guess;
pub mod lock;
pub mod port;
pub mod prove;
pub mod report;
pub mod value;

pub use dump::{Dump, Records};
pub use form::{Form, Forms};
