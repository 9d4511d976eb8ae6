//! A lock between runs, which other checkouts and other users of the cache respect. It ends with its holder.

use std::fs::File;
use std::io;
use std::path::Path;
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

#[cfg(test)]
mod tests {
    use super::*;

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
