//! The sum server: [`listen`], then [`serve`] until told to stop.
//!
//! Listener, stop signal, limits and the sink for [`Event`]s come from outside; nothing here prints, exits or reads arguments.
//! What is said on a connection is `proto`'s business; `PARTICIPANTS.md` is the contract of the program around this.

mod abi;
mod connection;
mod conversation;
mod event;
mod limits;
mod listen;
mod serve;

pub use abi::facts;
pub use event::{Event, Events};
pub use limits::Limits;
pub use listen::{ListenError, listen};
pub use serve::serve;
