//! The server: [`listen`], then [`serve`] a [`Service`] until told to stop.
//! [`handle_connection`] is one connection of it, over any stream.
//!
//! Listener, stop signal, limits and the sink for [`Event`]s come from outside; nothing here prints, exits or reads arguments.
//! Who came and went, and why, goes to `tracing`. `PARTICIPANTS.md` is the contract of the program around this.

mod abi;
mod connection;
mod event;
mod limits;
mod listen;
mod serve;
mod services;

pub use abi::facts;
pub use connection::{End, handle_connection};
pub use event::{Event, Events};
pub use limits::Limits;
pub use listen::{ListenError, Listening, listen};
pub use serve::serve;
pub use services::Service;
