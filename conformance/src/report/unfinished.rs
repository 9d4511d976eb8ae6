//! A report file that is claimed before anything runs and written whole at the end.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;
use tempfile::NamedTempFile;

/// A report that will be written. Until then the file of that name, if there is one, stays as it is.
pub struct Unfinished {
    path: PathBuf,
    scratch: NamedTempFile,
}

impl Unfinished {
    /// Claims a report's place: finds out now, and not after an hour, that it cannot be written.
    ///
    /// # Errors
    /// The folder does not exist or cannot be written to, or the path is a folder.
    pub fn claim(path: &Path) -> anyhow::Result<Self> {
        anyhow::ensure!(
            !path.is_dir(),
            "the report cannot be written to {}: it is a folder",
            path.display()
        );
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let scratch = tempfile::Builder::new()
            .prefix(".crossum-report-")
            .tempfile_in(folder)
            .with_context(|| format!("the report cannot be written to {}", path.display()))?;
        Ok(Unfinished {
            path: path.to_owned(),
            scratch,
        })
    }

    /// Writes the report.
    ///
    /// # Errors
    /// The disk is full, and the like.
    pub fn write_json(self, document: &impl Serialize) -> anyhow::Result<()> {
        let Unfinished { path, mut scratch } = self;
        let failed = || format!("the report could not be written to {}", path.display());
        {
            let mut buffered = std::io::BufWriter::new(scratch.as_file_mut());
            serde_json::to_writer(&mut buffered, document).with_context(failed)?;
            buffered
                .write_all(b"\n")
                .and_then(|()| buffered.flush())
                .with_context(failed)?;
        }
        // A temporary file is for its owner's eyes only; a report is for everybody's.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(scratch.path(), std::fs::Permissions::from_mode(0o644))
                .with_context(failed)?;
        }
        scratch.persist(&path).with_context(failed)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_cannot_be_written_is_refused_before_anything_runs() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Unfinished::claim(&folder.path().join("no/such/report.json")).is_err());
        assert!(Unfinished::claim(folder.path()).is_err());
    }

    #[test]
    fn the_old_report_stays_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        std::fs::write(&path, "old").unwrap();
        let unfinished = Unfinished::claim(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
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
