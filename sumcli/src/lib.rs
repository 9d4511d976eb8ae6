//! The sum client: [`drive()`] for the matrix, [`reach()`] and [`connect()`] for people, and, with the feature `bench`, `bench` to measure a server.
//!
//! Input, output and time limits come from outside. Nothing here prints, exits or reads arguments.
//! The messages are those of `proto`. `PARTICIPANTS.md` is the contract of the program around this.

mod answer;
#[cfg(feature = "bench")]
pub mod bench;
mod connect;
mod drive;
mod errno;
mod exchange;
mod group;
mod lines;
mod order;
mod reach;
mod service;
mod slots;

pub use answer::{Answer, Outcome};
pub use connect::{ConnectError, connect};
pub use drive::{DriveError, drive};
pub use exchange::{NotPatience, Patience};
pub use reach::{Reach, ReachError, reach};
pub use service::Service;
