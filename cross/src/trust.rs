//! Whose files are run: settings, checkouts and the like have commands in them, which run as whoever runs this. Where they are another user's, that is said, and nothing of them is run.
//!
//! As git does for its `safe.directory`. The super-user's files are everybody's: whoever could change them needs no trick. Under sudo, what belongs to the user who called it is theirs to run.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::Uid;

use crate::host::Host;

/// The variable that names what is run although it is another user's: paths with `:` between them, or `*` for all there is.
const TRUST: &str = "CROSSUM_TRUST";

const ROOT: u32 = 0;

/// Why nothing of a file or a folder is run.
#[derive(Debug, thiserror::Error)]
pub enum Distrusted {
    /// It is another user's.
    #[error(
        "{path} belongs to the user with the number {owner}, not to {us}, who runs this: nothing of it is run. If it may run commands as you, say so: {TRUST}={path}",
        path = .path.display()
    )]
    Foreign {
        /// What was to be used.
        path: PathBuf,
        /// The number of its owner.
        owner: u32,
        /// The number of who runs this.
        us: u32,
    },
    /// It cannot be looked at.
    #[error("cannot look whose {path} is: {error}", path = .path.display())]
    Unreadable {
        /// What was to be used.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// What cargo and rustup take commands from, in a project's folder and in each above it.
const OF_A_PROJECT: [&str; 5] = [
    "Cargo.toml",
    ".cargo/config",
    ".cargo/config.toml",
    "rust-toolchain",
    "rust-toolchain.toml",
];

/// Looks whether a project of cargo's may run as this user: its folder, and the files there and above that name commands.
///
/// # Errors
/// As [`check`], of the first that may not.
pub fn check_project(folder: &Path, host: &Host) -> Result<(), Distrusted> {
    let unreadable = |error| Distrusted::Unreadable {
        path: folder.to_owned(),
        error,
    };
    let folder = folder.canonicalize().map_err(unreadable)?;
    check(&folder, host)?;
    for around in folder.ancestors() {
        for file in OF_A_PROJECT.map(|name| around.join(name)) {
            if file.symlink_metadata().is_ok() {
                check(&file, host)?;
            }
        }
    }
    Ok(())
}

/// Looks whether commands in this file or folder may run as this user.
///
/// # Errors
/// It, or the link that leads to it, is another user's; or it cannot be looked at.
pub fn check(path: &Path, host: &Host) -> Result<(), Distrusted> {
    let unreadable = |error| Distrusted::Unreadable {
        path: path.to_owned(),
        error,
    };
    let us = Uid::effective().as_raw();
    let link = path.symlink_metadata().map_err(unreadable)?.uid();
    let file = path.metadata().map_err(unreadable)?.uid();
    let foreign = [link, file]
        .into_iter()
        .find(|owner| !is_trusted(*owner, us, host));
    match foreign {
        Some(owner) if !is_named(path, host) => Err(Distrusted::Foreign {
            path: path.to_owned(),
            owner,
            us,
        }),
        _ => Ok(()),
    }
}

fn is_trusted(owner: u32, us: u32, host: &Host) -> bool {
    let behind_sudo = || host.variable("SUDO_UID").and_then(|uid| uid.parse().ok());
    owner == us || owner == ROOT || (us == ROOT && behind_sudo() == Some(owner))
}

/// Whether the user has said that it may run.
fn is_named(path: &Path, host: &Host) -> bool {
    let named = host.variable(TRUST).unwrap_or_default();
    let Ok(real) = path.canonicalize() else {
        return false;
    };
    std::env::split_paths(named).any(|trusted| {
        trusted == Path::new("*")
            || trusted
                .canonicalize()
                .is_ok_and(|trusted| real.starts_with(trusted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(variables: &[(&str, &str)]) -> Host {
        let variables = variables.iter();
        let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Host::new(variables, "/")
    }

    #[test]
    fn ones_own_files_and_roots_are_run() {
        let folder = tempfile::tempdir().unwrap();
        check(folder.path(), &host(&[])).unwrap();
        check(Path::new("/usr"), &host(&[])).unwrap();
        assert!(matches!(
            check(&folder.path().join("none"), &host(&[])),
            Err(Distrusted::Unreadable { .. })
        ));
    }

    #[test]
    fn who_is_trusted() {
        let sudo = host(&[("SUDO_UID", "1000")]);
        for (owner, us, host, expected) in [
            (1000, 1000, &host(&[]), true),
            (0, 1000, &host(&[]), true),
            (1001, 1000, &host(&[]), false),
            (1000, 0, &host(&[]), false),
            (1000, 0, &sudo, true),
            (1001, 0, &sudo, false),
            // Anybody can set a variable for themselves.
            (1000, 1001, &sudo, false),
        ] {
            assert_eq!(is_trusted(owner, us, host), expected, "{owner} {us}");
        }
    }

    #[test]
    fn what_is_named_is_run_with_all_that_is_in_it_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::create_dir(folder.path().join("ab")).unwrap();
        let at = |name: &str| folder.path().join(name).display().to_string();
        for (trust, expected) in [
            (String::new(), false),
            (at("a"), true),
            (at("a/b"), true),
            (format!("/nowhere:{}", at("a")), true),
            (at("ab"), false),
            (at("a/b/c"), false),
            ("*".to_owned(), true),
        ] {
            let host = host(&[(TRUST, &trust)]);
            assert_eq!(is_named(&inner, &host), expected, "{trust}");
        }
    }
}
