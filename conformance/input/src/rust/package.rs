//! The crates of a cargo project, built by cargo with debug information.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};
use serde::Deserialize;

/// A build of a large project for the first time takes long.
const BUILD_TIMEOUT: Duration = Duration::from_secs(6 * 60 * 60);
const QUESTION_TIMEOUT: Duration = Duration::from_secs(60);
/// In octets: cargo prints a line for each crate.
const MAX_MESSAGES: usize = 64 << 20;

/// All of it in one file beside the code, whatever the project's profiles say of their debug information.
const PROFILE: [(&str, &str); 4] = [
    ("DEBUG", "2"),
    ("SPLIT_DEBUGINFO", "off"),
    ("STRIP", "none"),
    ("LTO", "off"),
];

/// A crate that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// As its types are called: `my_crate`.
    pub name: String,
    /// The file that it begins with.
    pub root: PathBuf,
    /// What has its debug information: a library, or a program.
    pub file: PathBuf,
    /// Where the crates are that it was built with.
    pub dependencies: PathBuf,
    /// The target that the project says it is for, where it says one.
    pub target: Option<String>,
}

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum NotBuilt {
    /// There is no cargo.
    #[error(
        "no cargo here, which builds the crate: install Rust from https://rustup.rs; an object file with debug information needs none"
    )]
    NoCargo,
    /// There is no such folder, or cargo finds no project in it or does not build it.
    #[error("{0}")]
    Cargo(String),
    /// Cargo built no crate that has types.
    #[error(
        "cargo built no library and no program in {0}: name others behind `--`, such as `-- --examples`"
    )]
    Nothing(String),
    /// Cargo cannot be asked.
    #[error(transparent)]
    Trouble(#[from] anyhow::Error),
}

#[derive(Deserialize)]
struct Metadata {
    workspace_members: Vec<String>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

/// Builds the project in a folder, and gives those of its workspace's crates that have types. `arguments` are for `cargo build`.
///
/// Cargo builds in a folder of its own. The project's `Cargo.lock` stays as it was.
///
/// # Errors
/// See [`NotBuilt`].
pub async fn build(
    folder: &Path,
    arguments: &[String],
    host: &Host,
) -> Result<Vec<Built>, NotBuilt> {
    if !folder.is_dir() {
        let found = match folder.exists() {
            true => "found a file",
            false => "there is no such folder",
        };
        let says = format!(
            "{}: {found}, expected the folder of a cargo project",
            folder.display()
        );
        return Err(NotBuilt::Cargo(says));
    }
    let cargo = host.program("cargo").ok_or(NotBuilt::NoCargo)?;
    let metadata = Invocation::new(&cargo)
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .directory(folder);
    let metadata = metadata.watch(QUESTION_TIMEOUT, MAX_MESSAGES).await;
    let metadata = metadata.context("cargo cannot be asked about the project")?;
    if metadata.exit != Some(Exit::Code(0)) {
        let says = metadata.stderr.trim().trim_start_matches("error: ");
        let says = format!("{}: no cargo project: {says}", folder.display());
        return Err(NotBuilt::Cargo(says));
    }
    let metadata: Metadata = serde_json::from_str(&metadata.stdout)
        .context("`cargo metadata` printed a document that cannot be read")?;
    let built = metadata.target_directory.join("crossum").join("check");
    let _lock = LockFile::of(&metadata.workspace_root);
    let mut cargo = Invocation::new(&cargo)
        .arg("build")
        .arg("--message-format=json-render-diagnostics")
        .arg("--target-dir")
        .arg(&built)
        .args(arguments)
        .env("CARGO_TERM_COLOR", "never")
        .directory(folder);
    for profile in ["DEV", "RELEASE"] {
        for (what, value) in PROFILE {
            cargo = cargo.env(format!("CARGO_PROFILE_{profile}_{what}"), value);
        }
    }
    let done = cargo.watch(BUILD_TIMEOUT, MAX_MESSAGES).await;
    let done = done.context("cargo cannot be run")?;
    if done.exit != Some(Exit::Code(0)) {
        let says = format!(
            "{}: cargo does not build it:\n{}",
            folder.display(),
            done.stderr.trim_end()
        );
        return Err(NotBuilt::Cargo(says));
    }
    let all = crates(&done.stdout, &metadata.workspace_members, &built);
    match all.is_empty() {
        true => Err(NotBuilt::Nothing(folder.display().to_string())),
        false => Ok(all),
    }
}

/// The lock file of a project that had none, which is removed again.
struct LockFile(Option<PathBuf>);

impl LockFile {
    fn of(root: &Path) -> LockFile {
        let file = root.join("Cargo.lock");
        LockFile((!file.exists()).then_some(file))
    }
}

impl Drop for LockFile {
    fn drop(&mut self) {
        if let Some(file) = &self.0 {
            // Cargo may have ended before it made one.
            let _ = std::fs::remove_file(file);
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "reason")]
enum Message {
    #[serde(rename = "compiler-artifact")]
    Artifact {
        package_id: String,
        target: Target,
        filenames: Vec<PathBuf>,
        executable: Option<PathBuf>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
    src_path: PathBuf,
}

/// What of cargo's messages is a crate of these packages with types of its own. Sorted by name.
fn crates(messages: &str, packages: &[String], built: &Path) -> Vec<Built> {
    // What a build script prints may stand between the messages.
    let messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok());
    let all = messages.filter_map(|message| match message {
        Message::Artifact {
            package_id,
            target,
            filenames,
            executable,
        } if packages.contains(&package_id) => of(target, filenames, executable, built),
        _ => None,
    });
    let mut all: Vec<Built> = all.collect();
    all.sort_by(|a, b| (&a.name, &a.file).cmp(&(&b.name, &b.file)));
    all
}

fn of(
    target: Target,
    filenames: Vec<PathBuf>,
    executable: Option<PathBuf>,
    built: &Path,
) -> Option<Built> {
    // These are for the compiler, and run where it does.
    let is_for_compiler = |kind: &String| kind == "proc-macro" || kind == "custom-build";
    if target.kind.iter().any(is_for_compiler) {
        return None;
    }
    let ends = |end: &'static str| {
        let mut files = filenames.iter();
        files.find(|file| file.extension().is_some_and(|of| of == end))
    };
    let library = || {
        let kinds = ["rlib", "a", "so", "dylib", "dll", "lib"];
        kinds.into_iter().find_map(ends)
    };
    let file = executable.as_ref().or_else(library)?.clone();
    // `debug/libx.rlib`, or `thumbv7em-none-eabihf/debug/libx.rlib`.
    let below = file.strip_prefix(built).ok()?;
    let folders: Vec<_> = below.parent()?.components().collect();
    let first = folders.first()?.as_os_str().to_string_lossy().into_owned();
    let profile = match folders.last()?.as_os_str().to_str()? {
        "examples" | "deps" => folders.len().checked_sub(1)?,
        _ => folders.len(),
    };
    let dependencies = folders.get(..profile)?.iter().collect::<PathBuf>();
    Some(Built {
        name: target.name.replace('-', "_"),
        root: target.src_path,
        dependencies: built.join(dependencies).join("deps"),
        target: (profile == 2).then_some(first),
        file,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_the_workspace_are_found_among_what_cargo_says() {
        let artifact = |package: &str, kind: &str, name: &str, files: &[&str]| {
            let executable = match kind {
                "bin" => format!("\"{}\"", files[0]),
                _ => "null".to_owned(),
            };
            format!(
                "{{\"reason\":\"compiler-artifact\",\"package_id\":\"{package}\",\"target\":{{\"kind\":[\"{kind}\"],\"name\":\"{name}\",\"src_path\":\"/w/src/{name}.rs\"}},\"filenames\":{files:?},\"executable\":{executable}}}"
            )
        };
        let messages = [
            artifact("serde", "lib", "serde", &["/t/debug/libserde.rlib"]),
            artifact(
                "own",
                "custom-build",
                "build-script-build",
                &["/t/debug/build/b"],
            ),
            artifact(
                "own",
                "proc-macro",
                "own-derive",
                &["/t/debug/libown_derive.so"],
            ),
            "a line of a build script".to_owned(),
            artifact(
                "own",
                "lib",
                "own-wire",
                &["/t/debug/libown_wire.rmeta", "/t/debug/libown_wire.rlib"],
            ),
            artifact(
                "own",
                "bin",
                "tool",
                &["/t/thumbv7em-none-eabi/release/tool"],
            ),
            artifact("own", "cdylib", "plugin", &["/t/debug/libplugin.so"]),
            "{\"reason\":\"build-finished\",\"success\":true}".to_owned(),
        ]
        .join("\n");
        let found = crates(&messages, &["own".to_owned()], Path::new("/t"));
        let found: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.file.to_str().unwrap(),
                    one.dependencies.to_str().unwrap(),
                    one.target.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (
                    "own_wire",
                    "/t/debug/libown_wire.rlib",
                    "/t/debug/deps",
                    None
                ),
                ("plugin", "/t/debug/libplugin.so", "/t/debug/deps", None),
                (
                    "tool",
                    "/t/thumbv7em-none-eabi/release/tool",
                    "/t/thumbv7em-none-eabi/release/deps",
                    Some("thumbv7em-none-eabi")
                ),
            ]
        );
    }
}
