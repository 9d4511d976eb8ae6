//! Building for other machines and running there: targets, toolchains, sysroots, runners, processes, counted instructions.
//!
//! Data first ([`mod@target`]), then the probes that look for tools on this machine ([`TargetTools`]), and the one door through which processes start ([`process`]). How types lie in memory is in the crate `layout`.
//!
//! What always holds:
//!
//! - This crate knows nothing of what is built and run with it. `tests/boundary.rs` looks for the words.
//! - Processes start in [`process`] and nowhere else (`clippy.toml` says so). Each has a process group of its own, bounded output and a time limit. When its handle is dropped, or when it ends, what is left of the group is killed.
//! - A program that must not outlive this process is killed by the kernel ([`process::Invocation::kill_with_parent`]). The kernel watches the thread that started it, so everything runs on one thread. A compiler is not started so: after a SIGKILL it finishes what it was doing, and a later run sweeps its scratch folder away.
//! - No signal reaches a program on another machine. The end of its input ends it, so the input is held open as long as the program is wanted. A failure of the connection has a status of its own.
//! - Programs are taken only from a folder that nobody else can write to ([`Host::cache`]), and only if they are what was put there ([`seal`]). Commands in files of another user are not run ([`trust`]).
//! - What is worked in is locked by the run whose it is, and what nobody locks is removed by the next ([`scratch`]).
//! - A process that a program leaves in a session of its own becomes a child of this one, and is ended with the run ([`process::left`]).
//! - Where a program runs is a value ([`runner::Runner`]). Every tool that was found remembers where ([`find::Found`]), and every tool that was not says where it was looked for and what brings it ([`find::Missing`]).
//! - The instructions of a program are counted between calls of one of its functions, from QEMU's log, which is read while it is written and kept nowhere. What could change a count is fixed where the program is started ([`counting::Counter::count`]) and linked ([`counting::rust_flags`]): environment, name, processor, addresses, no dynamic linker, and no input.

pub mod build_std;
mod cache;
pub mod choice;
pub mod compiler;
pub mod counting;
pub mod find;
pub mod host;
pub mod process;
pub mod room;
pub mod runner;
pub mod rust_std;
pub mod scratch;
pub mod seal;
pub mod target;
mod tools;
pub mod trust;
pub mod wine;
pub mod zig;

pub use cache::Untrusted;
pub use host::Host;
pub use target::{Target, target, targets};
pub use tools::TargetTools;

#[cfg(test)]
mod probe_tests;
