//! A report file that is claimed before anything runs and written whole at the end, packed where its name ends in `.gz` or `.zst`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::scratch;
use nix::fcntl::Flock;
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::packing::Packing;

/// A report that will be written. Until then the file of that name, if there is one, stays as it is.
pub struct Unfinished {
    path: PathBuf,
    to: To,
}

enum To {
    /// To a file beside its place, in this folder, which is put there when it is whole. It is made only then: a run that is killed leaves none.
    Beside(PathBuf),
    /// What is no regular file (a pipe, a device) is written to and never replaced.
    Special(File),
}

impl Unfinished {
    /// Claims a report's place: finds out now, and not after an hour, that it cannot be written.
    ///
    /// # Errors
    /// The folder does not exist or cannot be written to, or the path is a folder.
    pub fn claim(path: &Path) -> anyhow::Result<Self> {
        let failed = || format!("the report cannot be written to {}", path.display());
        anyhow::ensure!(
            path != Path::new("-"),
            "the report needs a file: `-` is none (/dev/stdout is)"
        );
        anyhow::ensure!(!path.is_dir(), "{}: it is a folder", failed());
        if path.exists() && !path.is_file() {
            let special = File::options()
                .write(true)
                .open(path)
                .with_context(failed)?;
            return Ok(Unfinished {
                path: path.to_owned(),
                to: To::Special(special),
            });
        }
        // Through a link to the file it names: the link stays.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        // What a run left that was killed while it wrote.
        scratch::sweep(folder, PREFIX);
        drop(new_in(folder).with_context(failed)?);
        let to = To::Beside(folder.to_owned());
        Ok(Unfinished { path, to })
    }

    /// Writes a report in JSON.
    ///
    /// # Errors
    /// The disk is full, and the like.
    pub fn write_json(self, document: &impl Serialize) -> anyhow::Result<()> {
        self.write(|out| {
            serde_json::to_writer(&mut *out, document)?;
            out.write_all(b"\n")
        })
    }

    /// Writes a report.
    ///
    /// # Errors
    /// The disk is full, and the like.
    pub fn write(
        self,
        report: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> anyhow::Result<()> {
        let failed = || format!("the report could not be written to {}", self.path.display());
        let packing = Packing::of_name(&self.path);
        match self.to {
            To::Special(special) => write(special, packing, report).with_context(failed),
            To::Beside(folder) => {
                let (mut new, _lock) = new_in(&folder).with_context(failed)?;
                write(new.as_file_mut(), packing, report).with_context(failed)?;
                new.persist(&self.path).with_context(failed)?;
                Ok(())
            }
        }
    }
}

const PREFIX: &str = ".crossum-report-";

/// A file that is to become a report.
fn new_in(folder: &Path) -> io::Result<(NamedTempFile, Flock<File>)> {
    // A temporary file is for its owner's eyes only; a report is for everybody's.
    scratch::file_in(folder, PREFIX, 0o644)
}

fn write(
    file: impl Write,
    packing: Packing,
    report: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    Ok(packing.write(BufWriter::new(file), report)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_cannot_be_written_is_refused_before_anything_runs() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Unfinished::claim(&folder.path().join("no/such/report.json")).is_err());
        assert!(Unfinished::claim(folder.path()).is_err());
        assert!(Unfinished::claim(Path::new("-")).is_err());
    }

    #[test]
    fn what_a_killed_run_left_is_removed_when_the_next_claims_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let left = folder.path().join(".crossum-report-half");
        std::fs::write(&left, "{").unwrap();
        let others = folder.path().join("other.json");
        std::fs::write(&others, "{}").unwrap();
        drop(Unfinished::claim(&folder.path().join("report.json")).unwrap());
        assert!(!left.exists() && others.is_file());
    }

    #[test]
    fn what_is_no_regular_file_is_written_to_and_stays_what_it_is() {
        use std::os::unix::fs::FileTypeExt as _;
        let folder = tempfile::tempdir().unwrap();
        let null = Path::new("/dev/null");
        Unfinished::claim(null).unwrap().write_json(&[1]).unwrap();
        assert!(null.metadata().unwrap().file_type().is_char_device());

        let (link, file) = (
            folder.path().join("link.json"),
            folder.path().join("file.json"),
        );
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        Unfinished::claim(&link).unwrap().write_json(&[1]).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "[1]\n");
    }

    #[test]
    fn a_report_is_packed_as_its_name_says() {
        let folder = tempfile::tempdir().unwrap();
        let of = |name: &str| {
            let path = folder.path().join(name);
            let claimed = Unfinished::claim(&path).unwrap();
            claimed.write_json(&["report"; 30]).unwrap();
            std::fs::read(path).unwrap()
        };
        assert_eq!(of("r.json.gz")[..2], [0x1f, 0x8b]);
        assert_eq!(of("r.json.zst")[..4], [0x28, 0xb5, 0x2f, 0xfd]);
        assert_eq!(of("r.json")[..1], *b"[");
    }

    #[test]
    fn the_old_report_stays_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, "old").unwrap();
        let unfinished = Unfinished::claim(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
        let count = folder.path().read_dir().unwrap().count();
        assert_eq!(count, 1, "a run that is killed now leaves nothing");
        unfinished.write_json(&[1, 2]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[1,2]\n");
        drop(Unfinished::claim(&path).unwrap());
        assert_eq!(
            folder.path().read_dir().unwrap().count(),
            1,
            "nothing is left behind"
        );
    }
}
