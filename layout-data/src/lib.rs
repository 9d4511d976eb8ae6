//! Facts about machines as data: each measured by a compiler, which its row names.

pub mod drivers;
pub mod libc;
pub mod macros;
