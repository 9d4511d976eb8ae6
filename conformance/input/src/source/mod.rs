//! What a user gives to be checked: source, which this machine's compiler makes an object of, or a file with debug information as it is.
//!
//! [`Compile`] is how a source is compiled; [`database`] is where a project has written that down. `open` reads a source with this machine's compiler, in the ways that there are; where none does, `missing` says what the source wants.

mod advice;
mod around;
mod compile;
pub mod database;
mod flags;
mod kind;
mod missing;
mod open;
pub mod opened;
mod opening;
mod paths;
mod standard;
mod trials;

use std::path::Path;

use anyhow::Context as _;

pub use compile::Compile;
pub use flags::Flags;
pub use kind::{Guess, Kind};

/// Larger files are not read.
pub(crate) const MAX_OCTETS: u64 = 4 << 30;

/// The octets of a file.
///
/// # Errors
/// It is no regular file, too large, or cannot be read.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let failed = || format!("cannot read {}", path.display());
    let data = std::fs::metadata(path).with_context(failed)?;
    anyhow::ensure!(data.is_file(), "{}: it is no regular file", failed());
    anyhow::ensure!(
        data.len() <= MAX_OCTETS,
        "{}: it has {} octets, and at most {MAX_OCTETS} are read",
        failed(),
        data.len()
    );
    std::fs::read(path).with_context(failed)
}
