//! How cargo would run each test program and rustdoc. `crossum` stands in for them and writes down how it was started.
//!
//! Cargo gives a test program a folder and an environment (`CARGO_*`, `OUT_DIR`, what build scripts set, `[env]` of its configuration). It gives rustdoc a long command line. To record both is more faithful than to compute them again. The runs themselves do not need cargo then, and so not its lock on the build folder.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::process::Invocation;
use serde::{Deserialize, Serialize};

/// What was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProcessKind {
    /// A test program. Its path is the first argument.
    Program,
    /// rustdoc, to test the examples in documentation.
    Rustdoc,
}

/// A process that cargo wanted to start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordedProcess {
    /// What was started.
    pub what: ProcessKind,
    /// The arguments. Those of a test program begin with its path.
    pub args: Vec<String>,
    /// The working directory.
    pub folder: PathBuf,
    /// The environment.
    pub env: BTreeMap<String, String>,
}

/// Records how this process was started, in a file of its own in `folder`.
///
/// # Errors
/// An argument is not UTF-8, or the folder cannot be written to.
pub fn record(folder: &Path, what: ProcessKind, args: &[String]) -> anyhow::Result<()> {
    let env = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    let record = RecordedProcess {
        what,
        args: args.to_vec(),
        folder: std::env::current_dir()?,
        env: env.collect(),
    };
    let failed = || format!("cannot write to {}", folder.display());
    let mut file = tempfile::Builder::new()
        .suffix(".json")
        .tempfile_in(folder)
        .with_context(failed)?;
    file.write_all(&serde_json::to_vec(&record)?)
        .with_context(failed)?;
    file.keep().with_context(failed)?;
    Ok(())
}

/// Reads all records in a folder, sorted.
///
/// # Errors
/// One cannot be read.
pub(super) fn read(folder: &Path) -> anyhow::Result<Vec<RecordedProcess>> {
    let mut records = Vec::new();
    for entry in folder.read_dir()? {
        let text = std::fs::read(entry?.path())?;
        records.push(serde_json::from_slice(&text)?);
    }
    records.sort();
    Ok(records)
}

impl RecordedProcess {
    /// Gives a command the same folder, and the variables that cargo added to this process's own environment. Those of `build_variables` are left out: they were set for the build.
    pub fn dress(&self, command: Invocation, build_variables: &[String]) -> Invocation {
        let changed = self.env.iter().filter(|(key, value)| {
            !build_variables.contains(key) && std::env::var(key).ok().as_ref() != Some(value)
        });
        changed.fold(command.directory(&self.folder), |command, (key, value)| {
            command.env(key, value)
        })
    }

    /// The package that it belongs to.
    pub fn package(&self) -> String {
        let name = self.env.get("CARGO_PKG_NAME");
        name.cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_recorded_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["/t/it-1".to_owned(), "--test-threads=1".to_owned()];
        record(folder.path(), ProcessKind::Program, &args).unwrap();
        record(folder.path(), ProcessKind::Rustdoc, &["--test".to_owned()]).unwrap();
        let records = read(folder.path()).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].what, ProcessKind::Program);
        assert_eq!(records[0].args, args);
        assert_eq!(records[0].folder, std::env::current_dir().unwrap());
        assert_eq!(records[1].what, ProcessKind::Rustdoc);
    }

    #[test]
    fn a_command_gets_what_cargo_added_and_not_what_crossum_did() {
        let record = RecordedProcess {
            what: ProcessKind::Program,
            args: vec!["p".to_owned()],
            folder: "/f".into(),
            env: [
                ("CARGO_PKG_NAME", "x"),
                ("RUSTC", "/ours"),
                ("PATH", &std::env::var("PATH").unwrap()),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        };
        let command = record.dress(Invocation::new("/p"), &["RUSTC".to_owned()]);
        assert_eq!(
            command,
            Invocation::new("/p")
                .env("CARGO_PKG_NAME", "x")
                .directory("/f")
        );
    }
}
