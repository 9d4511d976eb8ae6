//! Facts about machines as data: each measured by a compiler, which its row names.

pub mod macros;
