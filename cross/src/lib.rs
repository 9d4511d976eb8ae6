//! Everything about architectures: targets, ABIs, layouts, toolchains, sysroots, runners.
//!
//! Data first ([`abi`], [`target`]), then the rules that lay a type out ([`layout`]), then the probes that look for tools on this machine ([`Kit`]), and the one door through which processes start ([`process`]).

pub mod abi;
pub mod build_std;
pub mod choice;
pub mod compiler;
pub mod counting;
pub mod dwarf;
pub mod find;
pub mod fit;
pub mod host;
mod kit;
pub mod layout;
pub mod library;
pub mod octets;
pub mod process;
pub mod runner;
pub mod rust_std;
pub mod target;
pub mod types;
pub mod wine;

pub use abi::{Abi, Abis, ByteOrder};
pub use host::Host;
pub use kit::Kit;
pub use target::{Target, target, targets};

#[cfg(test)]
mod probe_tests;
