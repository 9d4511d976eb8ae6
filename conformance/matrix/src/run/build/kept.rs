//! Where what was built is kept: a folder for each thing, and in it one for each content that it was built from.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;

use super::key::Key;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// What nobody asked for in this time is removed.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// The folder of what was built from this content.
pub(super) fn folder(cache: &Path, place: &Path, key: Key) -> PathBuf {
    cache.join(place).join(key.to_string())
}

/// A folder to build in, removed when it is dropped.
pub(super) fn scratch(cache: &Path) -> io::Result<tempfile::TempDir> {
    std::fs::create_dir_all(cache)?;
    forget(cache, DAY, |name| name.starts_with(".building-"));
    tempfile::Builder::new()
        .prefix(".building-")
        .tempdir_in(cache)
}

/// Marks a folder as still in use.
pub(super) fn touch(folder: &Path) {
    // Housekeeping: at worst it is built again some day.
    let _ = std::fs::File::open(folder).and_then(|folder| folder.set_modified(SystemTime::now()));
}

/// Puts a built file where it is kept, whole or not at all: another run may be doing the same.
pub(super) fn keep(built: &Path, kept: &Path) -> anyhow::Result<()> {
    let folder = kept.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    forget(folder.parent().unwrap_or(folder), FORGOTTEN_AFTER, |_| true);
    let copy = tempfile::NamedTempFile::new_in(folder)?;
    std::fs::copy(built, copy.path())
        .with_context(|| format!("cannot keep {}", built.display()))?;
    copy.persist(kept)?;
    Ok(())
}

/// Removes what has not been touched for so long: what a killed run left, and what was built from old sources.
fn forget(folder: &Path, untouched: Duration, which: impl Fn(&str) -> bool) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|data| data.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if which(&entry.file_name().to_string_lossy()) && age.is_some_and(|age| age > untouched) {
            // Housekeeping: what cannot be removed stays.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
