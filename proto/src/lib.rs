//! The sum protocol's messages, to bytes and back: one file an encoding, one registry.
//!
//! Sans I/O: nothing here touches a socket, a clock or a process. `PROTOCOL.md` is the specification.
//! Start at [`Encoding`], then read any file in `encodings/`.

mod encoding;
mod encodings;
mod message;

pub use encoding::{Encoding, Family, MAX_MESSAGE, Step, Unencodable};
pub use encodings::{RawMixedLayout, all, named, raw_mixed_layout};
pub use message::{Reply, Request, Why};
