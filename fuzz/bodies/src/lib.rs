//! What must hold whatever the octets are.
//!
//! Each public function takes octets that nobody chose and panics when something does not hold. The fuzzers in `fuzz/` call them, and so does `cargo test`, with the corpus and with random octets.

mod connection;
mod decoders;

pub use connection::connection;
pub use decoders::decoders;
