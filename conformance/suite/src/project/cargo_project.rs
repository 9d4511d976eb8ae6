//! The user's cargo project: where it is, which packages it has, and its lock file, which stays as it was.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::process::{Invocation, ProcessError};
use cross::rust_std::Toolchain;
use serde::Deserialize;

use super::arguments::Arguments;
use super::toolchains::Toolchains;
use super::usage::UsageError;

/// A cargo project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The workspace's folder.
    pub root: PathBuf,
    /// Where `crossum test` keeps its builds: the folder `crossum` in the project's target folder. `cargo build` does not look there.
    pub built: PathBuf,
    /// The manifest that was named.
    pub manifest: Option<PathBuf>,
    packages: Vec<Package>,
    /// What `cargo test` tests here when no package is named.
    usual: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: PathBuf,
}

/// What `cargo metadata` prints, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
    /// Since cargo 1.71.
    workspace_default_members: Option<Vec<String>>,
}

const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);

impl Project {
    /// The project of a manifest, or the one around the current folder. It is read by the first of these toolchains.
    ///
    /// # Errors
    /// There is no Rust toolchain, or cargo cannot be asked. [`UsageError`] where cargo finds no project or cannot read it.
    pub async fn find(toolchains: &Toolchains, manifest: Option<&Path>) -> anyhow::Result<Project> {
        let toolchain = toolchains
            .all
            .first()
            .context("no Rust toolchain is here: install one from https://rustup.rs")?;
        let found = Project::find_by(toolchain, manifest).await;
        found.map_err(|error| match error.downcast_ref::<ProcessError>() {
            // Cargo's message without the command that asked.
            Some(ProcessError::Failed { stderr, .. }) => {
                let message = stderr.trim().trim_start_matches("error: ");
                UsageError(format!("no cargo project: {message}")).into()
            }
            _ => error,
        })
    }

    async fn find_by(toolchain: &Toolchain, manifest: Option<&Path>) -> anyhow::Result<Project> {
        let ask = |command: &str| {
            let ask = Invocation::new(&toolchain.cargo).arg(command);
            match manifest {
                Some(manifest) => ask.arg("--manifest-path").arg(manifest),
                None => ask,
            }
        };
        let nearest = ask("locate-project").args(["--message-format", "plain"]);
        let nearest = nearest.run(QUESTION_TIMEOUT).await?;
        let metadata = ask("metadata").args(["--no-deps", "--format-version", "1"]);
        let printed = metadata.run(QUESTION_TIMEOUT).await?;
        let metadata: Metadata = serde_json::from_str(&printed)
            .context("`cargo metadata` printed a document that cannot be read")?;
        Ok(Project::of(metadata, Path::new(nearest.trim()), manifest))
    }

    fn of(metadata: Metadata, nearest: &Path, manifest: Option<&Path>) -> Project {
        let is_root = nearest == metadata.workspace_root.join("Cargo.toml");
        let defaults = metadata.workspace_default_members;
        let is_usual = |package: &&Package| match &defaults {
            Some(defaults) if is_root => defaults.contains(&package.id),
            _ => is_root || package.manifest_path == nearest,
        };
        let usual = metadata.packages.iter().filter(is_usual);
        Project {
            usual: usual.map(|package| package.name.clone()).collect(),
            built: metadata.target_directory.join("crossum"),
            root: metadata.workspace_root,
            manifest: manifest.map(Path::to_owned),
            packages: metadata.packages,
        }
    }

    /// The arguments with which cargo does not build the excluded packages. There are none where the user names packages.
    ///
    /// `None` where no package is left to build.
    pub fn without(&self, excluded: impl Fn(&str) -> bool, args: &[String]) -> Option<Vec<String>> {
        if is_named(args, &["-p", "--package"]) {
            return Some(Vec::new());
        }
        let whole = is_named(args, &WHOLE);
        let candidates = self.candidates(whole);
        let (out, left): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|name| excluded(name));
        if left.is_empty() {
            return None;
        }
        let (option, names) = match (out.is_empty(), whole) {
            (true, _) => return Some(Vec::new()),
            (false, true) => ("--exclude", out),
            (false, false) => ("--package", left),
        };
        let options = names
            .iter()
            .flat_map(|name| [option.to_owned(), (*name).to_owned()]);
        Some(options.collect())
    }

    /// The packages that are tested, but for the excluded ones.
    pub fn tested(&self, excluded: impl Fn(&str) -> bool, arguments: &Arguments) -> Vec<String> {
        let (named, _) = arguments.packages_apart();
        if !named.is_empty() {
            return named;
        }
        let all = self.candidates(is_named(&arguments.cargo, &WHOLE));
        let left = all.into_iter().filter(|name| !excluded(name));
        left.map(str::to_owned).collect()
    }

    /// The packages that cargo tests where none is named.
    fn candidates(&self, whole: bool) -> Vec<&str> {
        match whole {
            true => {
                let all = self.packages.iter();
                all.map(|package| package.name.as_str()).collect()
            }
            false => self.usual.iter().map(String::as_str).collect(),
        }
    }

    /// Its lock file.
    pub fn lock_file(&self) -> LockFile {
        let path = self.root.join("Cargo.lock");
        LockFile {
            existed: path.exists(),
            path,
        }
    }
}

/// The options that name every package.
const WHOLE: [&str; 2] = ["--workspace", "--all"];

/// Whether one of these options is among the arguments.
fn is_named(args: &[String], options: &[&str]) -> bool {
    let named = |arg: &String| {
        options.iter().any(|option| {
            // `-pNAME`, `--package=NAME`
            arg == option || (arg.starts_with(option) && (option.len() == 2 || arg.contains('=')))
        })
    };
    args.iter().any(named)
}

/// `Cargo.lock`, which stays as it was. Where it exists, cargo must not change it. Where it does not, the file that cargo makes is removed at the end.
pub struct LockFile {
    path: PathBuf,
    existed: bool,
}

impl LockFile {
    /// The option with which cargo does not change it.
    pub fn option(&self, args: &[String]) -> Option<&'static str> {
        let is_said = |arg: &String| arg == "--locked" || arg == "--frozen";
        (self.existed && !args.iter().any(is_said)).then_some("--locked")
    }

    /// What is wrong with the lock file, where that is what cargo complains of: it does not fit the manifests any more.
    pub fn stale(&self, complaint: &str) -> Option<UsageError> {
        let path = self.path.display();
        let is_stale = self.existed && complaint.contains("--locked was passed");
        is_stale.then(|| {
            UsageError(format!(
                "{path} does not fit Cargo.toml any more, and crossum does not change it: `cargo update --workspace` writes what is missing and keeps the other versions"
            ))
        })
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if !self.existed {
            // Cargo may have ended before it made one.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(nearest: &str) -> Project {
        let package = |name: &str| Package {
            id: format!("id-{name}"),
            name: name.to_owned(),
            manifest_path: format!("/w/{name}/Cargo.toml").into(),
        };
        let metadata = Metadata {
            packages: ["a", "b", "c"].map(package).into(),
            workspace_root: "/w".into(),
            target_directory: "/w/target".into(),
            workspace_default_members: Some(vec!["id-a".to_owned(), "id-b".to_owned()]),
        };
        Project::of(metadata, Path::new(nearest), None)
    }

    #[test]
    fn excluded_packages_are_not_built_however_packages_are_chosen() {
        let (root, member) = (project("/w/Cargo.toml"), project("/w/c/Cargo.toml"));
        for (project, excluded, args, expected) in [
            (&root, "b", &[][..], Some("--package a")),
            (&root, "c", &[], Some("")),
            (&root, "c", &["--workspace"], Some("--exclude c")),
            (&root, "b", &["-p", "b"], Some("")),
            (&root, "b", &["-pb"], Some("")),
            (&root, "b", &["--package=b"], Some("")),
            (&root, "b", &["--profile", "x"], Some("--package a")),
            (&member, "c", &[], None),
            (&member, "a", &[], Some("")),
        ] {
            let args: Vec<_> = args.iter().map(|arg: &&str| (*arg).to_owned()).collect();
            let options = project.without(|name| name == excluded, &args);
            let options = options.map(|options| options.join(" "));
            assert_eq!(options.as_deref(), expected, "without {excluded}: {args:?}");
        }
    }

    #[test]
    fn a_lock_file_is_kept_to_and_one_that_was_not_there_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Cargo.lock");
        let mut project = project("/w/Cargo.toml");
        project.root = folder.path().to_owned();
        let lock = project.lock_file();
        assert_eq!(lock.option(&[]), None);
        std::fs::write(&path, "made by cargo").unwrap();
        drop(lock);
        assert!(!path.exists());

        std::fs::write(&path, "the user's").unwrap();
        let lock = project.lock_file();
        assert_eq!(lock.option(&[]), Some("--locked"));
        assert_eq!(lock.option(&["--frozen".to_owned()]), None);
        let stale = "error: cannot update the lock file /w/Cargo.lock because --locked was passed to prevent this";
        let said = lock.stale(stale).unwrap().to_string();
        assert!(said.contains("cargo update --workspace"), "{said}");
        assert_eq!(lock.stale("error: no such command"), None);
        drop(lock);
        assert!(path.exists());
    }
}
