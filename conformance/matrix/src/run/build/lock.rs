//! A lock between runs, which other checkouts and other users of the cache respect. It ends with its holder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// Waits until nobody else holds the lock on this file. Waiting can be given up by dropping the future.
///
/// # Errors
/// The file cannot be made or locked.
pub(super) async fn exclusive(path: &Path) -> io::Result<Flock<File>> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = File::create(path)?;
    loop {
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => return Ok(lock),
            Err((unlocked, Errno::EWOULDBLOCK)) => file = unlocked,
            Err((_, error)) => return Err(error.into()),
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The folders that this run has.
static TAKEN: Mutex<BTreeMap<PathBuf, Flock<File>>> = Mutex::new(BTreeMap::new());

const LOCK: &str = ".crossum-lock";

/// The first of these folders that no other run has, which is this run's from now to its end. `None` where others have all of them.
///
/// # Errors
/// One cannot be made or locked.
pub(super) fn first_free(
    folders: impl IntoIterator<Item = PathBuf>,
) -> io::Result<Option<PathBuf>> {
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    for folder in folders {
        if taken.contains_key(&folder) {
            return Ok(Some(folder));
        }
        std::fs::create_dir_all(&folder)?;
        let file = File::create(folder.join(LOCK))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(lock) => {
                taken.insert(folder.clone(), lock);
                return Ok(Some(folder));
            }
            Err((_, Errno::EWOULDBLOCK)) => {}
            Err((_, error)) => return Err(error.into()),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_another_run_has_is_left_to_it() {
        let around = tempfile::tempdir().unwrap();
        let folders = || ["one", "two"].map(|name| around.path().join(name));
        let [one, two] = folders();
        std::fs::create_dir(&one).unwrap();
        // A lock of another open file is as one of another process.
        let others = File::create(one.join(LOCK)).unwrap();
        let others = Flock::lock(others, FlockArg::LockExclusiveNonblock).unwrap();
        assert_eq!(first_free(folders()).unwrap(), Some(two.clone()));
        assert_eq!(first_free(folders()).unwrap(), Some(two), "it is ours");
        assert_eq!(first_free([one.clone()]).unwrap(), None);
        drop(others);
        assert_eq!(first_free(folders()).unwrap(), Some(one));
    }

    #[tokio::test(start_paused = true)]
    async fn the_second_waits_for_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folder.lock");
        let first = exclusive(&path).await.unwrap();
        let second = tokio::time::timeout(Duration::from_secs(5), exclusive(&path)).await;
        assert!(second.is_err(), "both hold it");
        drop(first);
        exclusive(&path).await.unwrap();
    }
}
