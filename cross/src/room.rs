//! Whether a disk is full. What a compiler or a linker says then may be anything (lld ends with SIGBUS), and is no word about what it was given.

use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;

/// Where a disk has less, in octets, a program that failed there failed for want of it, as far as anybody can tell.
const LITTLE: u64 = 1 << 20;

/// A disk is full.
#[derive(Debug, thiserror::Error)]
#[error("No space left in {}: {free} octets are free", .folder.display())]
pub struct Full {
    folder: PathBuf,
    free: u64,
}

/// What to say of a program that failed and wrote into a folder, where its disk is full.
pub fn full(folder: &Path) -> Option<Full> {
    let disk = statvfs(folder).ok()?;
    let free = disk.blocks_available().checked_mul(disk.fragment_size())?;
    (free < LITTLE).then(|| Full {
        folder: folder.to_owned(),
        free,
    })
}

/// The same of the folder for temporary files.
pub fn full_temporary() -> Option<Full> {
    full(&tempfile::env::temp_dir())
}
