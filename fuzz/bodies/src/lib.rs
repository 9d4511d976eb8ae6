//! What must hold whatever the octets are.
//!
//! [`decoders()`], [`connection()`] and [`debug_information()`] take octets that nobody chose, and panic when something does not hold. The fuzzers in `fuzz/` call them. `cargo test` calls them with the corpus and with random octets.
//! [`pack`] reads and writes the corpus. `fuzz/README.md` says how to fuzz.

mod connection;
mod debug_information;
mod decoders;
pub mod pack;

pub use connection::connection;
pub use debug_information::debug_information;
pub use decoders::decoders;
