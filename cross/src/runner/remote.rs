//! Programs on another machine: how they come there, and how they are started there.

use std::hash::Hasher as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fnv::FnvHasher;

use super::Command;
use crate::process::{Invocation, ProcessError};

/// A machine that a command leads to, such as `ssh board1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// What leads there, and gives its last argument to a shell.
    pub command: Command,
    /// What takes a program there; `None` where a shared folder has it at the same path.
    pub copy: Option<Vec<String>>,
    /// The path of a program that was taken there, with its `{name}`.
    pub there: String,
}

/// Where programs are put if the user does not say. Every system has that folder.
pub(super) const DEFAULT_PATH: &str = "/tmp/crossum-{name}";

/// Enough for a program of some megabytes over a slow line.
const COPY_TIMEOUT: Duration = Duration::from_secs(300);

impl Remote {
    /// Where a program is there.
    fn place(&self, program: &Path) -> PathBuf {
        match self.copy {
            None => program.to_owned(),
            Some(_) => self.there.replace("{name}", &name(program)).into(),
        }
    }

    /// Takes a program there, if that is to be done.
    pub(super) async fn bring(&self, program: &Path) -> Result<(), ProcessError> {
        let Some(copy) = &self.copy else {
            return Ok(());
        };
        let (here, there) = (program.display(), self.place(program));
        let words = copy.iter().map(|word| {
            let word = word.replace("{there}", &there.display().to_string());
            word.replace("{program}", &here.to_string())
        });
        super::invocation(words).run(COPY_TIMEOUT).await.map(drop)
    }

    /// The command that starts a program there.
    pub(super) fn start(&self, program: &Path) -> Invocation {
        Invocation::new(self.place(program)).through(self.command.invocation())
    }
}

/// A name that no other program has, and that the same has every time: what was taken there before is replaced, and does not pile up. Its hash is FNV-1a, which no version of Rust changes.
fn name(program: &Path) -> String {
    let mut hasher = FnvHasher::default();
    hasher.write(program.as_os_str().as_bytes());
    let stem = program.file_name().unwrap_or_default().to_string_lossy();
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "-_.".contains(c) {
            c
        } else {
            '_'
        }
    };
    let stem: String = stem.chars().map(plain).collect();
    format!("{stem}-{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(copy: Option<&[&str]>) -> Remote {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Remote {
            command: Command {
                words: words(&["ssh", "board1"]),
                version: None,
            },
            copy: copy.map(words),
            there: DEFAULT_PATH.to_owned(),
        }
    }

    #[test]
    fn without_a_copy_the_path_is_the_same() {
        let remote = remote(None);
        assert_eq!(
            remote.place("/srv/program".as_ref()),
            Path::new("/srv/program")
        );
    }

    #[test]
    fn a_copy_has_a_name_of_its_own_and_always_the_same() {
        let remote = remote(Some(&["scp", "{program}", "board1:{there}"]));
        let [one, other] = ["/a/program", "/b/program"].map(|path| remote.place(path.as_ref()));
        assert_ne!(one, other);
        assert_eq!(one, remote.place("/a/program".as_ref()));
        // FNV-1a of the path, worked out by other means: a later version must find what an earlier one took there.
        assert_eq!(one, Path::new("/tmp/crossum-program-2f4fdd35fc975916"));
        let strange = remote.place("/a/it's a test".as_ref());
        assert!(
            strange
                .display()
                .to_string()
                .starts_with("/tmp/crossum-it_s_a_test-")
        );
    }

    #[tokio::test]
    async fn a_program_is_brought_and_started_there() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("a program");
        std::fs::write(&program, "#!/bin/sh\necho here I am\n").unwrap();
        let mut remote = remote(Some(&["install", "-m", "755", "{program}", "{there}"]));
        remote.there = format!("{}/{{name}}", folder.path().display());
        remote.command.words = ["/bin/sh", "-c"].map(str::to_owned).to_vec();
        remote.bring(&program).await.unwrap();
        let said = remote.start(&program).run(COPY_TIMEOUT).await.unwrap();
        assert_eq!(said, "here I am\n");
        std::fs::remove_file(&program).unwrap();
        let error = remote.bring(&program).await.unwrap_err().to_string();
        assert!(error.contains("install -m 755"), "{error}");
    }
}
