//! Everything about building for other machines and running there: targets, toolchains, sysroots, runners.
//!
//! Data first ([`target`]), then the probes that look for tools on this machine ([`TargetTools`]), and the one door through which processes start ([`process`]).

pub mod build_std;
pub mod choice;
pub mod compiler;
pub mod counting;
pub mod find;
pub mod host;
pub mod process;
pub mod runner;
pub mod rust_std;
pub mod target;
mod tools;
pub mod wine;

pub use host::Host;
pub use target::{Target, target, targets};
pub use tools::TargetTools;

#[cfg(test)]
mod probe_tests;
