//! How cargo would have run each test program and rustdoc: written down by this program, which stands in for the target's runner and for rustdoc.
//!
//! Cargo gives a test program a folder and an environment (`CARGO_*`, `OUT_DIR`, what build scripts set, `[env]` of its configuration), and rustdoc a long command line. To write down what it does is more faithful than to do the same again, and the runs themselves are then free of cargo's lock on the build folder.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::process::Invocation;
use serde::{Deserialize, Serialize};

/// Who was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A test program: the first argument.
    Program,
    /// rustdoc, to test examples.
    Rustdoc,
}

/// A process that cargo wanted to start.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Record {
    /// Who.
    pub what: What,
    /// The arguments; of a test program, its path first.
    pub args: Vec<String>,
    /// The working directory.
    pub folder: PathBuf,
    /// The environment.
    pub env: BTreeMap<String, String>,
}

/// Writes down how this process was started, in a file of its own in a folder.
///
/// # Errors
/// An argument is not UTF-8, or the folder cannot be written to.
pub fn write(folder: &Path, what: What, args: &[String]) -> anyhow::Result<()> {
    let env = std::env::vars_os()
        .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)));
    let record = Record {
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

/// Reads all that were written into a folder, in an order of their own.
///
/// # Errors
/// One cannot be read.
pub fn read(folder: &Path) -> anyhow::Result<Vec<Record>> {
    let mut records = Vec::new();
    for entry in folder.read_dir()? {
        let text = std::fs::read(entry?.path())?;
        records.push(serde_json::from_slice(&text)?);
    }
    records.sort();
    Ok(records)
}

impl Record {
    /// A command in the same folder, with what cargo put into the environment beside `own`, which was put there to build.
    pub fn dress(&self, command: Invocation, own: &[String]) -> Invocation {
        let changed = self.env.iter().filter(|(key, value)| {
            !own.contains(key) && std::env::var(key).ok().as_ref() != Some(value)
        });
        changed.fold(command.directory(&self.folder), |command, (key, value)| {
            command.env(key, value)
        })
    }

    /// The package it is of.
    pub fn package(&self) -> String {
        let name = self.env.get("CARGO_PKG_NAME");
        name.cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let args = ["/t/it-1".to_owned(), "--test-threads=1".to_owned()];
        write(folder.path(), What::Program, &args).unwrap();
        write(folder.path(), What::Rustdoc, &["--test".to_owned()]).unwrap();
        let records = read(folder.path()).unwrap();
        assert_eq!(records.len(), 2);
        assert_eq!(records[0].what, What::Program);
        assert_eq!(records[0].args, args);
        assert_eq!(records[0].folder, std::env::current_dir().unwrap());
        assert_eq!(records[1].what, What::Rustdoc);
    }

    #[test]
    fn a_command_gets_what_cargo_added_and_not_what_crossum_did() {
        let record = Record {
            what: What::Program,
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
