//! Implementations by others against ours: what one writes, the other must read, in both directions.
//!
//! An implementation is a row of `implementations.toml` and a codec in `codecs/`, which calls its library and shares nothing with the Rust code but PROTOCOL.md. `install` brings the library, `run` has the codec carry out orders, `compare` judges its answers, and `report` tells them. `compare` is pure.

mod compare;
mod implementation;
mod install;
mod known;
mod message;
mod order;
pub mod report;
mod run;
mod sources;
mod values;

pub use compare::{Compared, Difference, Side, Spelling, Tally};
pub use implementation::{ALL, Implementation, Language, all, select};
pub use known::Known;
pub use message::{Message, NoMessage};
pub use run::{Tried, Verdict, exit, try_all};
pub use values::requests;
