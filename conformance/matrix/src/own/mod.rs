//! A user's own participants: programs in any language, with a protocol of their own, in a file that says how to build and start them (`participants.toml`; PARTICIPANTS.md).
//!
//! [`file`] reads it; [`command`] is a command with variables in it, [`program`] what is built and started, [`claim`] what is claimed; [`why`] says why a cell breaks, which no model of the protocol can.

pub mod claim;
pub mod command;
pub mod file;
pub mod program;
pub mod why;

use proto::Family;

use claim::Claim;

pub use file::{File, Unreadable};

/// An encoding of a user's own protocol: what is known of it is what its row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoding {
    /// Its name.
    pub name: String,
    /// The kind of it: text, the machine's own struct, or a written format.
    pub family: Family,
    /// What is claimed of it.
    pub claim: Claim,
    /// Where its row begins in the file, from 1.
    pub line: usize,
}

/// A request of a user's own protocol, and what is promised for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// Words, one space between two.
    pub request: String,
    /// What comes back.
    pub promise: Promise,
}

/// What a right answer is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promise {
    /// A reply of these words, one space between two.
    Reply(String),
    /// A refusal, with its reason.
    Refused(String),
}
