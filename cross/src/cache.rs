//! The folder that is kept between runs. Programs are taken from it and run, so it must be this user's alone, and so must be each room in it.

use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::unistd::{Gid, Uid};

/// What others may do with a folder, in its mode.
const OTHERS_WRITE: u32 = 0o022;
const GROUP_WRITES: u32 = 0o020;
/// Only the owner of a file may rename or remove it, whoever may write to the folder.
const STICKY: u32 = 0o1000;
const OURS_ALONE: u32 = 0o700;

/// Why nothing is taken from a folder.
#[derive(Debug, thiserror::Error)]
pub enum Untrusted {
    /// It, or a folder that it is in, is another user's.
    #[error("{folder} belongs to the user with the number {owner}, not to {us}", folder = .folder.display())]
    Owner {
        /// Whose it is.
        folder: PathBuf,
        /// The number of its owner.
        owner: u32,
        /// The number of who runs this.
        us: u32,
    },
    /// Others could replace what is in it.
    #[error("others may write to {folder} (its mode is {mode:04o}); `chmod go-w {folder}` ends that, and what is in it should go", folder = .folder.display())]
    Writable {
        /// Where they may write.
        folder: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It is a link or a file.
    #[error("{} is a link or a file, where a folder was expected", .0.display())]
    NoFolder(PathBuf),
    /// It cannot be made or looked at.
    #[error("cannot use {folder}: {error}", folder = .folder.display())]
    Unusable {
        /// Which folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Nothing says where it is.
    #[error("neither $CROSSUM_CACHE, nor $XDG_CACHE_HOME, nor $HOME is set")]
    Nowhere,
}

/// Where things are kept.
#[derive(Debug)]
pub(crate) struct Cache {
    pub(crate) folder: PathBuf,
    /// Why it is a folder of this run, if it is.
    pub(crate) trouble: Option<Untrusted>,
    /// Removed with this.
    _of_this_run: Option<tempfile::TempDir>,
}

impl Cache {
    /// The folder that was chosen, if it is this user's alone; else a new one, which ends with this.
    pub(crate) fn open(chosen: Option<PathBuf>) -> Self {
        let trouble = match chosen {
            None => Untrusted::Nowhere,
            Some(folder) => match open(&folder) {
                Ok(folder) => {
                    return Cache {
                        folder,
                        trouble: None,
                        _of_this_run: None,
                    };
                }
                Err(untrusted) => untrusted,
            },
        };
        let of_this_run = tempfile::Builder::new()
            .prefix("crossum-")
            .permissions(Permissions::from_mode(OURS_ALONE))
            .tempdir();
        match of_this_run {
            Ok(of_this_run) => Cache {
                folder: of_this_run.path().to_owned(),
                trouble: Some(trouble),
                _of_this_run: Some(of_this_run),
            },
            // Nothing can be built: below what is no folder nobody can put anything, and whoever tries is told so by the system.
            Err(error) => {
                let folder = PathBuf::from("/dev/null/crossum");
                Cache {
                    folder: folder.clone(),
                    trouble: Some(Untrusted::Unusable { folder, error }),
                    _of_this_run: None,
                }
            }
        }
    }
}

/// Makes the folder if it is not there, and looks whether anybody else could put something into it.
fn open(folder: &Path) -> Result<PathBuf, Untrusted> {
    let unusable = |error| Untrusted::Unusable {
        folder: folder.to_owned(),
        error,
    };
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(OURS_ALONE)
        .create(folder)
        .map_err(unusable)?;
    // Where links on the way lead to is what must be ours; the last step is no link.
    let parent = folder.parent().unwrap_or(Path::new("/"));
    let parent = if parent.as_os_str().is_empty() {
        Path::new(".")
    } else {
        parent
    };
    let name = folder
        .file_name()
        .ok_or_else(|| Untrusted::NoFolder(folder.to_owned()))?;
    let real = parent.canonicalize().map_err(unusable)?.join(name);
    let us = Uid::effective().as_raw();
    ours(&real, us)?;
    for entry in real.read_dir().map_err(unusable)? {
        let room = entry.map_err(unusable)?.path();
        // What is worked in, and an old file, has nothing that is run.
        if room.symlink_metadata().map_err(unusable)?.is_dir() {
            let room = ours(&room, us)?;
            // Then what is below it is nobody else's to change, whatever its mode.
            let own = Permissions::from_mode(OURS_ALONE);
            room.set_permissions(own).map_err(unusable)?;
        }
    }
    for around in real.ancestors().skip(1) {
        let data = around.metadata().map_err(unusable)?;
        if data.uid() != us && data.uid() != 0 {
            return Err(Untrusted::Owner {
                folder: around.to_owned(),
                owner: data.uid(),
                us,
            });
        }
        if others_write(&data) && data.mode() & STICKY == 0 {
            return Err(Untrusted::Writable {
                folder: around.to_owned(),
                mode: data.mode() & 0o7777,
            });
        }
    }
    Ok(real)
}

/// Opens a folder that is this user's, and nobody else's to write. What is looked at is what was opened, and no link.
fn ours(folder: &Path, us: u32) -> Result<File, Untrusted> {
    let unusable = |error: io::Error| match error.raw_os_error().map(Errno::from_raw) {
        Some(Errno::ELOOP | Errno::ENOTDIR) => Untrusted::NoFolder(folder.to_owned()),
        _ => Untrusted::Unusable {
            folder: folder.to_owned(),
            error,
        },
    };
    let flags = OFlag::O_NOFOLLOW | OFlag::O_DIRECTORY;
    let opened = File::options()
        .read(true)
        .custom_flags(flags.bits())
        .open(folder);
    let opened = match opened {
        // Another user's, that this one may not even look into.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            let data = folder.symlink_metadata().map_err(unusable)?;
            return Err(match data.uid() == us {
                true => unusable(error),
                false => Untrusted::Owner {
                    folder: folder.to_owned(),
                    owner: data.uid(),
                    us,
                },
            });
        }
        opened => opened.map_err(unusable)?,
    };
    let data = opened.metadata().map_err(unusable)?;
    if data.uid() != us {
        return Err(Untrusted::Owner {
            folder: folder.to_owned(),
            owner: data.uid(),
            us,
        });
    }
    if data.mode() & OTHERS_WRITE != 0 {
        return Err(Untrusted::Writable {
            folder: folder.to_owned(),
            mode: data.mode() & 0o7777,
        });
    }
    Ok(opened)
}

/// Whether others than its owner, and the owner's own group, may write to it.
pub(crate) fn others_write(data: &Metadata) -> bool {
    data.mode() & OTHERS_WRITE != 0 && !is_own_group(data)
}

/// Where each user has a group of their own, with their own number, folders are made writable for it.
fn is_own_group(data: &Metadata) -> bool {
    data.mode() & OTHERS_WRITE == GROUP_WRITES
        && data.gid() == Gid::effective().as_raw()
        && data.gid() == Uid::effective().as_raw()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn with_mode(folder: &Path, mode: u32) {
        std::fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_others_may_write_to_is_not_used_and_nothing_outlives_the_run() {
        let around = tempfile::tempdir().unwrap();
        let chosen = around.path().join("new/crossum");
        let cache = Cache::open(Some(chosen.clone()));
        assert!(cache.trouble.is_none(), "{:?}", cache.trouble);
        let mode = chosen.metadata().unwrap().mode();
        assert_eq!(mode & 0o777, OURS_ALONE);

        for mode in [0o777, 0o720, 0o702] {
            with_mode(&chosen, mode);
            let cache = Cache::open(Some(chosen.clone()));
            assert!(matches!(cache.trouble, Some(Untrusted::Writable { .. })));
            assert_ne!(cache.folder, chosen);
            let instead = cache.folder.clone();
            assert_eq!(instead.metadata().unwrap().mode() & 0o777, OURS_ALONE);
            drop(cache);
            assert!(!instead.exists());
        }
    }

    #[test]
    fn a_folder_in_one_that_others_may_write_to_is_used_only_if_they_cannot_replace_it() {
        let around = tempfile::tempdir().unwrap();
        let chosen = around.path().join("crossum");
        for (mode, is_used) in [(0o777, false), (0o1777, true), (0o755, true)] {
            with_mode(around.path(), mode);
            let cache = Cache::open(Some(chosen.clone()));
            assert_eq!(cache.trouble.is_none(), is_used, "{mode:o}");
        }
    }

    #[test]
    fn a_room_in_it_that_others_may_write_to_is_not_used_and_others_do_not_come_in() {
        let around = tempfile::tempdir().unwrap();
        let chosen = around.path().join("crossum");
        let room = chosen.join("programs");
        std::fs::create_dir_all(&room).unwrap();
        with_mode(&room, 0o777);
        let trouble = Cache::open(Some(chosen.clone())).trouble;
        assert!(
            matches!(&trouble, Some(Untrusted::Writable { folder, .. }) if *folder == room),
            "{trouble:?}"
        );

        with_mode(&room, 0o755);
        assert!(Cache::open(Some(chosen.clone())).trouble.is_none());
        assert_eq!(room.metadata().unwrap().mode() & 0o777, OURS_ALONE);
    }

    #[test]
    fn another_users_folder_is_not_used() {
        let around = tempfile::tempdir().unwrap();
        // Root gives a folder away; anybody else finds one of root's.
        let (theirs, them) = if Uid::effective().is_root() {
            let nobody = Uid::from_raw(65534);
            nix::unistd::chown(around.path(), Some(nobody), None).unwrap();
            (around.path().to_owned(), nobody)
        } else {
            (PathBuf::from("/usr"), Uid::from_raw(0))
        };
        for chosen in [theirs.clone(), theirs.join("bin")] {
            if chosen.starts_with(around.path()) {
                std::fs::create_dir_all(&chosen).unwrap();
            }
            let trouble = Cache::open(Some(chosen)).trouble;
            assert!(
                matches!(trouble, Some(Untrusted::Owner { owner, .. }) if owner == them.as_raw()),
                "{trouble:?}"
            );
        }
    }

    #[test]
    fn a_link_or_a_file_is_no_cache_and_no_home_is_none() {
        let around = tempfile::tempdir().unwrap();
        let link = around.path().join("link");
        symlink(around.path(), &link).unwrap();
        let trouble = Cache::open(Some(link)).trouble;
        assert!(
            matches!(trouble, Some(Untrusted::NoFolder(_))),
            "{trouble:?}"
        );

        let file = around.path().join("file");
        std::fs::write(&file, "").unwrap();
        let trouble = Cache::open(Some(file)).trouble;
        assert!(
            matches!(trouble, Some(Untrusted::Unusable { .. })),
            "{trouble:?}"
        );

        let cache = Cache::open(None);
        assert!(matches!(cache.trouble, Some(Untrusted::Nowhere)));
        assert!(cache.folder.is_dir());
    }
}
