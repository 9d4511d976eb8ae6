//! Where what was built is kept: a folder for each thing, and in it one for each content that it was built from. What is taken from there is what was put there, by its digest (`cross::seal`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use cross::scratch::Scratch;
use cross::seal;

use super::key::Key;

/// What nobody asked for in this time is removed.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// The folder of what was built from this content.
pub(super) fn folder(cache: &Path, place: &Path, mut key: Key) -> PathBuf {
    // A program that kept no digests has its own.
    key.add(&["sealed"]);
    cache.join(place).join(key.to_string())
}

/// A folder to build in, removed when it is dropped.
pub(super) fn scratch(cache: &Path) -> io::Result<Scratch> {
    std::fs::create_dir_all(cache)?;
    Scratch::new_in(cache)
}

/// Whether these programs are kept in a folder, as they were put there. Then it is marked as still in use.
pub(super) fn is_kept(folder: &Path, names: &[&str]) -> bool {
    let is_whole = names.iter().all(|name| folder.join(name).is_file());
    if !is_whole || seal::check(folder).is_err() {
        return false;
    }
    // Housekeeping: at worst it is built again some day.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.set_modified(SystemTime::now()));
    true
}

/// Puts built programs where they are kept, all of them or none: another run may be doing the same.
pub(super) fn keep(
    cache: &Path,
    built: &Path,
    names: &[&str],
    folder: &Path,
) -> anyhow::Result<()> {
    let around = folder.parent().unwrap_or(folder);
    std::fs::create_dir_all(around)?;
    forget(around, FORGOTTEN_AFTER);
    let scratch = scratch(cache)?;
    let new = scratch.path().join("kept");
    std::fs::create_dir(&new)?;
    for name in names {
        let program = built.join(name);
        std::fs::copy(&program, new.join(name))
            .with_context(|| format!("cannot keep {}", program.display()))?;
    }
    seal::put(&new, folder).with_context(|| format!("cannot keep {}", folder.display()))
}

/// Removes what has not been touched for so long: it was built from old sources.
fn forget(folder: &Path, untouched: Duration) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|data| data.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age > untouched) {
            // Housekeeping: what cannot be removed stays.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
