//! Folders that are worked in, and their end: with their owner's, or, where that was killed, with the next run.
//!
//! Each is locked by its owner, and the kernel drops the lock when the owner is gone, however it went. So what is not locked belongs to nobody.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use nix::fcntl::{Flock, FlockArg, OFlag};
use nix::unistd::Uid;
use tempfile::{NamedTempFile, TempDir};

/// How the names begin of folders that are worked in, where many runs have theirs.
const WORKING: &str = ".building-";

/// How the name begins of the folder of a run, among those of all programs.
const RUN: &str = "crossum-run-";

static OF_THIS_RUN: OnceLock<PathBuf> = OnceLock::new();

/// A folder to work in, for this user's eyes only. It is removed when it is dropped.
#[derive(Debug)]
pub struct Scratch {
    // Removed first, and only then let go of.
    folder: TempDir,
    _lock: Flock<File>,
}

impl Scratch {
    /// A new folder in one that is kept, from which it can be moved to its place. What others left there that were killed is removed.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn new_in(folder: &Path) -> io::Result<Scratch> {
        Scratch::named(folder, WORKING)
    }

    fn named(folder: &Path, prefix: &str) -> io::Result<Scratch> {
        sweep(folder, prefix);
        loop {
            let new = tempfile::Builder::new()
                .prefix(prefix)
                .permissions(Permissions::from_mode(0o700))
                .tempdir_in(folder)?;
            if let Some(lock) = lock_new(new.path())? {
                return Ok(Scratch {
                    folder: new,
                    _lock: lock,
                });
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// A new file that is to be moved to its place when it is whole, and the lock by which [`sweep`] knows that it has an owner.
///
/// # Errors
/// It cannot be made.
pub fn file_in(folder: &Path, prefix: &str, mode: u32) -> io::Result<(NamedTempFile, Flock<File>)> {
    loop {
        let new = tempfile::Builder::new()
            .prefix(prefix)
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(folder)?;
        if let Some(lock) = lock_new(new.path())? {
            return Ok((new, lock));
        }
    }
}

/// Locks what was just made; `None` where another run took it for something that nobody owns, in between.
fn lock_new(path: &Path) -> io::Result<Option<Flock<File>>> {
    match lock(path) {
        Ok(lock) if path.exists() => Ok(Some(lock)),
        Ok(_) => Ok(None),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::WouldBlock => Ok(None),
            _ => Err(error),
        },
    }
}

/// The folder of this run: temporary files of this program and of those that it starts are put there from now on, and end with it. `None` where none can be made: then they are put where they always are.
pub fn of_this_run() -> Option<Scratch> {
    let scratch = Scratch::named(&std::env::temp_dir(), RUN).ok()?;
    tempfile::env::override_temp_dir(scratch.path()).ok()?;
    OF_THIS_RUN.set(scratch.path().to_owned()).ok()?;
    Some(scratch)
}

/// Where programs that are started put their temporary files, if this run has a folder.
pub(crate) fn for_programs() -> Option<&'static Path> {
    OF_THIS_RUN.get().map(PathBuf::as_path)
}

/// Removes the files of that name in a folder that this user owns and nobody locks.
pub fn sweep(folder: &Path, prefix: &str) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let is_named = entry.file_name().to_string_lossy().starts_with(prefix);
        let is_ours = || {
            let data = entry.path().symlink_metadata();
            data.is_ok_and(|data| data.uid() == Uid::effective().as_raw() && !data.is_symlink())
        };
        if is_named
            && is_ours()
            && let Ok(_lock) = lock(&entry.path())
        {
            // Housekeeping: what cannot be removed stays.
            let _ = match entry.path().is_dir() {
                true => std::fs::remove_dir_all(entry.path()),
                false => std::fs::remove_file(entry.path()),
            };
        }
    }
}

/// Locks a folder or a file, unless somebody else does.
pub fn lock(path: &Path) -> io::Result<Flock<File>> {
    let file = File::options()
        .read(true)
        .custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK).bits())
        .open(path)?;
    Flock::lock(file, FlockArg::LockExclusiveNonblock).map_err(|(_, errno)| errno.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_removed_and_what_is_in_use_stays() {
        let around = tempfile::tempdir().unwrap();
        let left = around.path().join(".building-left");
        std::fs::create_dir_all(left.join("deep/er")).unwrap();
        std::fs::write(left.join("deep/er/file"), "x").unwrap();
        let others = around.path().join("not-ours");
        std::fs::create_dir(&others).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let link = around.path().join(".building-link");
        std::os::unix::fs::symlink(elsewhere.path(), &link).unwrap();

        let first = Scratch::new_in(around.path()).unwrap();
        assert!(!left.exists(), "nobody owns it");
        let second = Scratch::new_in(around.path()).unwrap();
        assert!(first.path().is_dir() && second.path().is_dir());
        assert!(others.is_dir() && elsewhere.path().is_dir() && link.is_symlink());
        let mode = first.path().metadata().unwrap().mode();
        assert_eq!(mode & 0o777, 0o700);

        let was = first.path().to_owned();
        drop(first);
        assert!(!was.exists());
    }
}
