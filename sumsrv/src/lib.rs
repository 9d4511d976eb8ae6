//! The sum server.
//!
//! [`listen()`] opens a socket. [`serve()`] serves a [`Service`] on it until it is told to stop. [`handle_connection`] is one connection of that, over any stream.
//!
//! The listener, the signal to stop, the limits and the sink for [`Event`]s come from outside. Nothing here prints by itself, exits or reads arguments.
//! [`contract`] is what a program does that serves as `PARTICIPANTS.md` has it: whoever calls it says how a line is printed.
//! Each connection, and why it ended, is logged through `tracing`. `PARTICIPANTS.md` is the contract of the program around this.

mod abi;
mod connection;
pub mod contract;
mod event;
mod limits;
mod listen;
mod serve;
mod services;
mod signals;

pub use abi::facts;
pub use connection::{End, handle_connection};
pub use event::{Event, Events};
pub use limits::Limits;
pub use listen::{ListenError, Listening, listen};
pub use serve::serve;
pub use services::Service;
pub use signals::stop_signal;
