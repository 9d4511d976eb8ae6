//! Brings zig from PyPI into its folder of the cache.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::scratch::Scratch;
use cross::zig::{DIGESTS, PACKAGE, VERSION, folder};
use cross::{Host, seal};

use crate::packages::{install_from_pypi, needed};

/// Brings it, whole or not at all. What is there and is not as it was brought is replaced.
///
/// # Errors
/// It cannot be brought, or is not what it is to be: what pip said.
pub(crate) async fn bring(host: &Host) -> anyhow::Result<()> {
    let place = folder(host);
    let all = place.parent().context("a folder of the cache")?;
    std::fs::create_dir_all(all).with_context(|| format!("cannot make {}", all.display()))?;
    let python = needed("python3", "apt-get install python3 python3-venv", host)?;
    let scratch = Scratch::new_in(all)?;
    let wanted = scratch.path().join("requirements.txt");
    std::fs::write(&wanted, requirement())?;
    let words = [
        "--require-hashes",
        "--only-binary=:all:",
        "--no-compile",
        "-r",
    ];
    let mut words: Vec<_> = words.map(str::to_owned).to_vec();
    words.push(wanted.display().to_string());
    let environment = scratch.path().join("environment");
    let what = format!("{PACKAGE} {VERSION}");
    install_from_pypi(&what, &words, &environment, &python, host).await?;
    let package = package(&environment)
        .with_context(|| format!("{what} is not where pip puts packages of Python"))?;
    seal::put(&package, &place).with_context(|| format!("cannot make {}", place.display()))
}

/// The version and its digests, as pip reads them.
fn requirement() -> String {
    let digests = DIGESTS.map(|digest| format!(" --hash=sha256:{digest}"));
    format!("{PACKAGE}=={VERSION}{}\n", digests.concat())
}

/// The package's folder in an environment: that of its libraries has the version of Python in its name.
fn package(environment: &Path) -> Option<PathBuf> {
    let libraries = environment.join("lib").read_dir().ok()?;
    libraries
        .filter_map(Result::ok)
        .map(|version| version.path().join("site-packages").join(PACKAGE))
        .find(|package| package.join("zig").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pip_is_told_one_version_and_what_its_file_must_be() {
        let requirement = requirement();
        let one = format!("{PACKAGE}=={VERSION} --hash=sha256:");
        assert!(requirement.starts_with(&one), "{requirement}");
        assert!(requirement.ends_with('\n'), "{requirement}");
    }

    #[test]
    fn the_package_is_found_whatever_python_put_it_there() {
        let environment = tempfile::tempdir().unwrap();
        assert_eq!(package(environment.path()), None);
        let there = environment
            .path()
            .join("lib/python3.99/site-packages/ziglang");
        std::fs::create_dir_all(&there).unwrap();
        assert_eq!(package(environment.path()), None, "without the program");
        std::fs::write(there.join("zig"), "").unwrap();
        assert_eq!(package(environment.path()), Some(there));
    }
}
