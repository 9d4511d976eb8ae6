//! The messages of the sum protocol, and how each encoding writes and reads them.
//!
//! Each encoding is one file in `encodings/`, and [`all`] lists them. `PROTOCOL.md` is the specification.
//! Nothing here touches a socket, a clock or a process (sans I/O).
//! Start at [`Encoding`], and then read any file in `encodings/`.

mod encoding;
mod encodings;
mod message;

pub use encoding::{Encoding, Family, MAX_MESSAGE, Step, Unencodable};
pub use encodings::{RawMixedLayout, all, named, raw_mixed_layout};
pub use message::{Reply, Request, Why};
