//! The prediction: what the ABI model says a cell will do to a vector, octet by octet.
//!
//! Pure: no toolchain, no process, no clock. A [`Link`] writes the request as the client's ABI would, reads it as the server's would, adds, and goes back. [`causes()`] says why it breaks.

mod causes;
mod explicit;
mod model;
mod promise;
pub mod raw;
pub mod traps;

pub use causes::causes;
pub use model::Link;
pub use promise::Promise;

#[cfg(test)]
mod tests;
