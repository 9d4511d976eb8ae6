//! Programs on another machine: how they come there, and how they are started there.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Command;
use crate::process::{Invocation, ProcessError};

/// A machine that a command leads to, such as `ssh board1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Far {
    /// What leads there, and gives its last argument to a shell.
    pub command: Command,
    /// What takes a program there; `None` where a shared folder has it at the same path.
    pub copy: Option<Vec<String>>,
    /// The path of a program that was taken there, with its `{name}`.
    pub there: String,
}

/// Where programs are put that nobody says a place for. Every system has that folder.
pub(super) const THERE: &str = "/tmp/crossum-{name}";

/// A program of some megabytes over a slow line.
const A_COPY: Duration = Duration::from_secs(300);

impl Far {
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
        super::invocation(words).run(A_COPY).await.map(drop)
    }

    /// The command that starts a program there.
    pub(super) fn start(&self, program: &Path) -> Invocation {
        Invocation::new(self.place(program)).through(self.command.invocation())
    }
}

/// A name that no other program has, and that the same has every time: what was taken there before is replaced, and does not pile up.
fn name(program: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    program.hash(&mut hasher);
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

    fn far(copy: Option<&[&str]>) -> Far {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Far {
            command: Command {
                words: words(&["ssh", "board1"]),
                version: None,
            },
            copy: copy.map(words),
            there: THERE.to_owned(),
        }
    }

    #[test]
    fn without_a_copy_the_path_is_the_same() {
        let far = far(None);
        assert_eq!(far.place("/srv/sum".as_ref()), Path::new("/srv/sum"));
    }

    #[test]
    fn a_copy_has_a_name_of_its_own_and_always_the_same() {
        let far = far(Some(&["scp", "{program}", "board1:{there}"]));
        let [one, other] = ["/a/sum", "/b/sum"].map(|path| far.place(path.as_ref()));
        assert_ne!(one, other);
        assert_eq!(one, far.place("/a/sum".as_ref()));
        assert!(one.starts_with("/tmp"), "{}", one.display());
        let strange = far.place("/a/it's a test".as_ref());
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
        let mut far = far(Some(&["install", "-m", "755", "{program}", "{there}"]));
        far.there = format!("{}/{{name}}", folder.path().display());
        far.command.words = ["/bin/sh", "-c"].map(str::to_owned).to_vec();
        far.bring(&program).await.unwrap();
        let said = far.start(&program).run(A_COPY).await.unwrap();
        assert_eq!(said, "here I am\n");
        std::fs::remove_file(&program).unwrap();
        let error = far.bring(&program).await.unwrap_err().to_string();
        assert!(error.contains("install -m 755"), "{error}");
    }
}
