//! The user's cargo project: where it is, what is in it, and what is left in it as it was found.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::process::Invocation;
use cross::rust_std::Toolchain;
use serde::Deserialize;

/// A cargo project.
#[derive(Clone, Debug)]
pub struct Project {
    /// The workspace's folder.
    pub root: PathBuf,
    /// Where its builds are kept for `crossum test`: `crossum` in its own target folder, which `cargo build` does not look at.
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

const A_QUESTION: Duration = Duration::from_secs(60);

impl Project {
    /// The project of a manifest, or around the current folder.
    ///
    /// # Errors
    /// There is none, or cargo cannot read it.
    pub async fn find(toolchain: &Toolchain, manifest: Option<&Path>) -> anyhow::Result<Project> {
        let ask = |command: &str| {
            let ask = Invocation::new(&toolchain.cargo).arg(command);
            match manifest {
                Some(manifest) => ask.arg("--manifest-path").arg(manifest),
                None => ask,
            }
        };
        let nearest = ask("locate-project").args(["--message-format", "plain"]);
        let nearest = nearest.run(A_QUESTION).await?;
        let metadata = ask("metadata").args(["--no-deps", "--format-version", "1"]);
        let said = metadata.run(A_QUESTION).await?;
        let metadata: Metadata =
            serde_json::from_str(&said).context("cargo metadata is not what it was")?;
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

    /// The arguments that keep cargo from building packages; none where the user named the packages.
    ///
    /// `None` where no package is left.
    pub fn without(&self, excluded: impl Fn(&str) -> bool, args: &[String]) -> Option<Vec<String>> {
        let names = |words: &[&str]| {
            let named = |arg: &String| {
                words.iter().any(|word| {
                    // `-pNAME`, `--package=NAME`
                    arg == word || (arg.starts_with(word) && (word.len() == 2 || arg.contains('=')))
                })
            };
            args.iter().any(named)
        };
        if names(&["-p", "--package"]) {
            return Some(Vec::new());
        }
        let whole = names(&["--workspace", "--all"]);
        let there: Vec<&str> = match whole {
            true => self
                .packages
                .iter()
                .map(|package| package.name.as_str())
                .collect(),
            false => self.usual.iter().map(String::as_str).collect(),
        };
        let (out, left): (Vec<_>, Vec<_>) = there.into_iter().partition(|name| excluded(name));
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

    /// Its lock file.
    pub fn lock_file(&self) -> LockFile {
        let path = self.root.join("Cargo.lock");
        LockFile {
            was_there: path.exists(),
            path,
        }
    }
}

/// `Cargo.lock`, which stays as it was: where there is one cargo is told to keep to it, and where there is none the one that cargo makes is removed in the end.
pub struct LockFile {
    path: PathBuf,
    was_there: bool,
}

impl LockFile {
    /// The option that has cargo keep to it.
    pub fn option(&self, args: &[String]) -> Option<&'static str> {
        let said = |arg: &String| arg == "--locked" || arg == "--frozen";
        (self.was_there && !args.iter().any(said)).then_some("--locked")
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if !self.was_there {
            // Cargo may not have come so far.
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
        drop(lock);
        assert!(path.exists());
    }
}
