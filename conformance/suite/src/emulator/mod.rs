//! What is wrong with an emulator here: small programs whose right answer is known, built for a target and run once.
//!
//! A failing test says nothing of the crate where the emulator is at fault. What is found is kept, and so found only once for each emulator.

pub(crate) mod calls;
mod kept;
mod known;
mod probe;

pub(crate) use probe::Probe;
