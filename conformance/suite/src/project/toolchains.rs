//! The Rust toolchains that may build the project: those of this machine, or the one that the project asks for.

use std::path::{Path, PathBuf};

use cross::find::{Missing, Remedy};
use cross::process::ProcessError;
use cross::rust_std::{self, Toolchain};
use cross::{Host, Target};
use serde::Deserialize;

use super::usage::UsageError;

/// The files in which a project asks for a toolchain, in rustup's order.
const FILES: [&str; 2] = ["rust-toolchain", "rust-toolchain.toml"];

/// The variable in which a user does.
const VARIABLE: &str = "RUSTUP_TOOLCHAIN";

/// The Rust toolchains that may build the project.
#[derive(Clone, Debug)]
pub struct Toolchains {
    /// In the order in which they are asked for a standard library.
    pub all: Vec<Toolchain>,
    /// What asks for the only one there is.
    request: Option<Request>,
}

/// Who asks for a toolchain, and for which.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Request {
    /// rustup's name of the toolchain. `None` where it is given by a path, or cannot be read.
    channel: Option<String>,
    /// The file or the variable.
    place: String,
}

#[derive(Deserialize)]
struct ToolchainFile {
    toolchain: ToolchainSection,
}

#[derive(Deserialize)]
struct ToolchainSection {
    channel: Option<String>,
}

impl Toolchains {
    /// The toolchains for the project of a manifest, or for the one around the current folder. Where it asks rustup for one, this one alone builds for every target.
    ///
    /// # Errors
    /// [`UsageError`] where rustup does not have the one that is asked for.
    pub async fn find(host: &Host, manifest: Option<&Path>) -> anyhow::Result<Toolchains> {
        let here = std::env::current_dir()?;
        let folder = manifest.and_then(Path::parent);
        let folder = folder.map_or_else(|| here.clone(), |folder| here.join(folder));
        let rustc = host.program("rustup").and_then(|_| host.program("rustc"));
        let request = Request::of(host.variable(VARIABLE), &folder);
        let (Some(rustc), Some(request)) = (rustc, request) else {
            let all = rust_std::toolchains(host).await;
            return Ok(Toolchains { all, request: None });
        };
        match rust_std::chosen_by_rustup(&rustc, &folder).await {
            Ok(one) => Ok(Toolchains {
                all: vec![one],
                request: Some(request),
            }),
            Err(ProcessError::Failed { stderr, .. }) => Err(request.refused(&stderr).into()),
            Err(error) => Err(error.into()),
        }
    }

    /// What is missing for a target, and how it is to be had.
    pub(crate) fn remedy(&self, missing: &Missing, target: &Target) -> String {
        let name = &target.name;
        match (&missing.remedy, &self.request) {
            (Remedy::Packages(_), Some(request)) if missing.what.starts_with("Rust") => {
                let with = request.option();
                let place = &request.place;
                format!(
                    "{}, in the only toolchain that {place} allows: `rustup target add{with} {name}` installs it; where rustup has none, `rustup component add{with} rust-src` brings the source from which crossum builds it",
                    missing.what
                )
            }
            (Remedy::Packages(_), _) => {
                format!("{missing}; `crossum setup --targets {name}` installs it")
            }
            (Remedy::Setup(_) | Remedy::Correct | Remedy::Nothing(_), _) => missing.to_string(),
        }
    }
}

impl Request {
    /// What is asked for in a folder: by the variable, else by the first file there or above.
    fn of(variable: Option<&str>, folder: &Path) -> Option<Request> {
        if let Some(channel) = variable {
            return Some(Request {
                channel: Some(channel.to_owned()),
                place: format!("${VARIABLE}"),
            });
        }
        let in_folder = |folder: &Path| FILES.map(|name| folder.join(name));
        let file = folder
            .ancestors()
            .flat_map(in_folder)
            .find(|path: &PathBuf| path.is_file())?;
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        Some(Request {
            channel: channel(&text),
            place: file.display().to_string(),
        })
    }

    fn option(&self) -> String {
        let channel = self.channel.as_ref();
        channel.map_or(String::new(), |channel| format!(" --toolchain {channel}"))
    }

    /// The error where rustup does not have it, with rustup's words.
    fn refused(&self, stderr: &str) -> UsageError {
        let place = &self.place;
        let words = stderr.lines().next().unwrap_or_default();
        let words = words.trim_start_matches("error: ");
        UsageError(match &self.channel {
            Some(channel) if words.contains("not installed") => format!(
                "{place} asks for Rust {channel}, which is not installed: `rustup toolchain install {channel}` installs it"
            ),
            _ => format!("rustup does not have the toolchain that {place} asks for: {words}"),
        })
    }
}

/// The toolchain that such a file names. It is TOML, or in the older form one line.
fn channel(text: &str) -> Option<String> {
    if let Ok(file) = toml::from_str::<ToolchainFile>(text) {
        return file.toolchain.channel;
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let line = lines.next()?;
    (lines.next().is_none() && !line.contains(['[', '='])).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_the_file_are_read() {
        for (text, expected) in [
            ("[toolchain]\nchannel = \"1.70.0\"\n", Some("1.70.0")),
            ("nightly-2026-01-01\n", Some("nightly-2026-01-01")),
            ("[toolchain]\npath = \"/opt/rust\"\n", None),
            ("[toolchain]\nchannel = 3\n", None),
            ("", None),
        ] {
            assert_eq!(channel(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_variable_counts_before_the_nearest_file() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        assert_eq!(Request::of(None, &inner), None);
        std::fs::write(folder.path().join("rust-toolchain"), "1.70.0").unwrap();
        std::fs::write(folder.path().join("a/rust-toolchain.toml"), "1.71.0").unwrap();
        let found = |variable| Request::of(variable, &inner).unwrap();
        assert_eq!(found(None).channel.as_deref(), Some("1.71.0"));
        assert!(found(None).place.ends_with("a/rust-toolchain.toml"));
        assert_eq!(found(Some("beta")).place, "$RUSTUP_TOOLCHAIN");
    }

    #[test]
    fn what_is_not_installed_is_named_with_the_command_that_installs_it() {
        let request = Request {
            channel: Some("1.70.0".to_owned()),
            place: "/p/rust-toolchain".to_owned(),
        };
        let not_installed = "error: toolchain '1.70.0-x86_64-unknown-linux-gnu' is not installed\nhelp: x\n\nStack backtrace:\n";
        let said = request.refused(not_installed).to_string();
        assert_eq!(
            said,
            "/p/rust-toolchain asks for Rust 1.70.0, which is not installed: `rustup toolchain install 1.70.0` installs it"
        );
        let said = request.refused("error: invalid channel\n").to_string();
        assert!(said.ends_with("asks for: invalid channel"), "{said}");
    }
}
