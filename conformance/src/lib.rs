//! The binary `crossum`: the command line ([`cli`]), one thin file a command ([`commands`]), and a project's settings ([`settings`]).
//!
//! What a command does is in its product's crate: `matrix`, `check`, `suite`, `faults`, `encodings`.

pub mod cli;
pub mod commands;
pub mod settings;
