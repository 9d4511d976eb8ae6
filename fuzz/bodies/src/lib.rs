//! What must hold whatever the octets are.
//!
//! Each public function takes octets that nobody chose and panics when something does not hold. The fuzzers in `fuzz/` call them, and so does `cargo test`, with the corpus and with random octets.

mod connection;
mod debug_information;
mod decoders;

pub use connection::connection;
pub use debug_information::debug_information;
pub use decoders::decoders;
