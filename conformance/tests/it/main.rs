//! The binary, run as a user runs it.
//!
//! Most of it needs no cross compiler: the host's gcc stands in for another machine's where the test is about what the suite makes of a participant.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod arrows;
mod bench;
mod boards;
mod c_participant;
mod check;
mod clock;
mod command_line;
mod compat;
mod crates;
mod cures;
mod debug_files;
mod decode;
mod dependencies;
mod doors;
mod encodings;
mod faults;
mod faults_own;
mod hanging;
mod interop;
mod interrupted;
mod lock;
mod model_broken;
mod objects;
mod own_participants;
mod own_tests;
mod port;
mod port_cost;
mod rare;
mod readings;
mod report;
mod runners;
mod setup;
mod shards;
mod stand_ins;
mod stories;
mod telemetry;
mod trouble;
mod trust;
mod utmp;
mod windows;
mod zig;
