//! What is taken from the cache is what was put there: a folder is kept with a digest of all that is in it, which is looked at each time before anything of it is used.
//!
//! It tells what was cut short, and what was changed by accident or by another program. Whoever can write as this user can write the digest, too; that nobody else can is said in `cache`.

use std::fs::{File, Metadata};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::Uid;
use sha2::{Digest as _, Sha256};

use crate::cache::others_write;

/// The file with the digest: hexadecimal, a line.
const NAME: &str = ".crossum-digest";

/// Why a folder is not used.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// Nobody has said what is in it: it was cut short, or an older program kept it.
    #[error("{} has no digest", .0.display())]
    Unsealed(PathBuf),
    /// Its content is another one now.
    #[error("{} is not what was put there", .0.display())]
    Changed(PathBuf),
    /// Somebody else could have put it there.
    #[error("{} is another user's, or others may write to it", .0.display())]
    Foreign(PathBuf),
    /// It cannot be read, or kept.
    #[error("cannot read or keep {path}: {error}", path = .path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Puts the digest of all that is in a folder into it.
///
/// # Errors
/// Something in it cannot be read, or the digest cannot be written.
pub fn seal(folder: &Path) -> Result<(), Broken> {
    let path = folder.join(NAME);
    let unreadable = |error| Broken::Unreadable {
        path: path.clone(),
        error,
    };
    std::fs::write(&path, digest(folder)? + "\n").map_err(unreadable)
}

/// Seals a new folder and moves it to its place on the same file system: it is there whole or not at all. What is there and is not whole is removed; what another run has put there meanwhile stays, and is as good.
///
/// # Errors
/// It cannot be sealed, or moved there.
pub fn put(new: &Path, place: &Path) -> Result<(), Broken> {
    seal(new)?;
    if check(place).is_ok() {
        return Ok(());
    }
    // What is not there, or cannot be removed, is told by the next step.
    let _ = std::fs::remove_dir_all(place);
    match std::fs::rename(new, place) {
        Err(error) if check(place).is_err() => Err(Broken::Unreadable {
            path: place.to_owned(),
            error,
        }),
        _ => Ok(()),
    }
}

/// Looks whether all that is in a folder is as it was sealed, this user's, and nobody else's to write.
///
/// # Errors
/// It is not, and why.
pub fn check(folder: &Path) -> Result<(), Broken> {
    let path = folder.join(NAME);
    let mut sealed = String::new();
    match open(&path) {
        // A line of 65 octets.
        Ok(file) => file.take(100).read_to_string(&mut sealed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Broken::Unsealed(folder.to_owned()));
        }
        Err(error) => Err(error),
    }
    .map_err(|error| Broken::Unreadable { path, error })?;
    match digest(folder)? == sealed.trim_end() {
        true => Ok(()),
        false => Err(Broken::Changed(folder.to_owned())),
    }
}

/// SHA-256 over all entries below a folder, in the order of their names: kind, path and content, each behind its length.
fn digest(folder: &Path) -> Result<String, Broken> {
    let mut hasher = Sha256::new();
    let mut ahead = vec![folder.to_owned()];
    while let Some(path) = ahead.pop() {
        let unreadable = |error| Broken::Unreadable {
            path: path.clone(),
            error,
        };
        let data = path.symlink_metadata().map_err(unreadable)?;
        if !is_ours(&data) {
            return Err(Broken::Foreign(path));
        }
        let below = path.strip_prefix(folder).unwrap_or(&path);
        let (kind, content) = if data.is_dir() {
            let entries = path.read_dir().map_err(unreadable)?;
            let entries = entries.map(|entry| Ok(entry?.path()));
            let entries: io::Result<Vec<PathBuf>> = entries.collect();
            let mut entries = entries.map_err(unreadable)?;
            entries.retain(|entry| *entry != folder.join(NAME));
            entries.sort_by(|one, other| other.cmp(one));
            ahead.extend(entries);
            (b'd', Vec::new())
        } else if data.is_symlink() {
            let to = path.read_link().map_err(unreadable)?;
            (b'l', to.as_os_str().as_bytes().to_vec())
        } else {
            let kind = match data.mode() & 0o111 {
                0 => b'f',
                _ => b'x',
            };
            (kind, of_file(&path).map_err(unreadable)?)
        };
        hasher.update([kind]);
        for part in [below.as_os_str().as_bytes(), &content] {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hasher.update(part);
        }
    }
    Ok(hex(&hasher.finalize()))
}

/// The digest of a file's content.
fn of_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(path)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hasher.finalize().to_vec()),
            read => hasher.update(chunk.get(..read).unwrap_or_default()),
        }
    }
}

/// Opens a regular file, and nothing that a link leads to.
fn open(path: &Path) -> io::Result<File> {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK;
    let file = File::options()
        .read(true)
        .custom_flags(flags.bits())
        .open(path)?;
    match file.metadata()? {
        data if !data.is_file() => Err(io::Error::other("it is no file")),
        data if !is_ours(&data) => Err(io::Error::other(
            "it is another user's, or others may write to it",
        )),
        _ => Ok(file),
    }
}

fn is_ours(data: &Metadata) -> bool {
    // What a link's own mode says has no meaning.
    data.uid() == Uid::effective().as_raw() && (data.is_symlink() || !others_write(data))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn kept() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        std::fs::write(folder.path().join("bin/tool"), "program").unwrap();
        std::fs::write(folder.path().join("empty"), "").unwrap();
        symlink("tool", folder.path().join("bin/link")).unwrap();
        seal(folder.path()).unwrap();
        folder
    }

    #[test]
    fn what_was_sealed_is_whole_and_every_change_of_it_is_seen() {
        let folder = kept();
        check(folder.path()).unwrap();
        let changes: [fn(&Path); 8] = [
            |at| std::fs::write(at.join("bin/tool"), "porgram").unwrap(),
            |at| std::fs::write(at.join("bin/tool"), "prog").unwrap(),
            |at| std::fs::rename(at.join("empty"), at.join("vacant")).unwrap(),
            |at| std::fs::write(at.join("more"), "").unwrap(),
            |at| std::fs::remove_file(at.join("empty")).unwrap(),
            |at| {
                std::fs::set_permissions(at.join("empty"), Permissions::from_mode(0o755)).unwrap();
            },
            |at| {
                std::fs::remove_file(at.join("bin/link")).unwrap();
                symlink("/bin/sh", at.join("bin/link")).unwrap();
            },
            |at| {
                std::fs::rename(at.join("bin/tool"), at.join("elsewhere")).unwrap();
                symlink("../elsewhere", at.join("bin/tool")).unwrap();
            },
        ];
        for (number, change) in changes.into_iter().enumerate() {
            let folder = kept();
            change(folder.path());
            let broken = check(folder.path()).unwrap_err();
            assert!(matches!(broken, Broken::Changed(_)), "{number}: {broken}");
        }
    }

    #[test]
    fn what_others_may_write_to_or_nobody_sealed_is_not_used() {
        let folder = kept();
        std::fs::set_permissions(folder.path().join("bin"), Permissions::from_mode(0o777)).unwrap();
        let broken = check(folder.path()).unwrap_err();
        assert!(matches!(broken, Broken::Foreign(_)), "{broken}");

        let folder = kept();
        std::fs::remove_file(folder.path().join(NAME)).unwrap();
        let broken = check(folder.path()).unwrap_err();
        assert!(matches!(broken, Broken::Unsealed(_)), "{broken}");

        let folder = kept();
        std::fs::remove_file(folder.path().join(NAME)).unwrap();
        symlink("empty", folder.path().join(NAME)).unwrap();
        let broken = check(folder.path()).unwrap_err();
        assert!(matches!(broken, Broken::Unreadable { .. }), "{broken}");
    }
}
