//! Packages of others, in a folder of their own in the cache, which is there whole or not at all: from PyPI into a virtual environment, from npm into `node_modules`. Their versions are fixed, and nothing is installed on the system.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::process::{Exit, Invocation};
use cross::scratch::Scratch;
use cross::{Host, seal};

use crate::fingerprint::Fingerprint;

const INSTALLED_WITHIN: Duration = Duration::from_secs(600);
const ASKED_WITHIN: Duration = Duration::from_secs(30);

/// A program of this machine.
///
/// # Errors
/// It is not here; `how` says how to get it.
pub fn needed(name: &str, how: &str, host: &Host) -> anyhow::Result<Invocation> {
    let found = host.program(name);
    let found =
        found.with_context(|| format!("no program `{name}` is on the search path ({how})"))?;
    Ok(Invocation::new(found))
}

/// The first line that a program prints when it is asked.
///
/// # Errors
/// It fails, or does not answer.
pub async fn first_line(program: Invocation) -> anyhow::Result<String> {
    let printed = program.run(ASKED_WITHIN).await?;
    let line = printed.lines().next().unwrap_or_default();
    Ok(line.trim().to_owned())
}

/// The folder `NAME-FINGERPRINT` in a part of the cache, made by `fill` if it is not there as it was made. It is made beside its place and moved there whole, so that nobody finds half of it.
///
/// # Errors
/// It cannot be made.
pub async fn kept(
    host: &Host,
    part: &str,
    name: &str,
    fingerprint: Fingerprint,
    fill: impl AsyncFnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<PathBuf> {
    let all = host.cache().join(part);
    std::fs::create_dir_all(&all).with_context(|| format!("cannot make {}", all.display()))?;
    let place = all.join(format!("{name}-{fingerprint}"));
    if seal::check(&place).is_ok() {
        return Ok(place);
    }
    let scratch = Scratch::new_in(&all)?;
    let new = scratch.path().join("new");
    std::fs::create_dir(&new)?;
    fill(&new).await?;
    seal::put(&new, &place).with_context(|| format!("cannot make {}", place.display()))?;
    Ok(place)
}

/// Brings packages from npm into the `node_modules` of a folder. None of their scripts is run.
///
/// # Errors
/// npm is not here, or a package cannot be brought: what it said.
pub async fn from_npm(packages: &[String], folder: &Path, host: &Host) -> anyhow::Result<()> {
    let npm = needed("npm", "apt-get install npm", host)?
        .arg("install")
        .arg("--prefix")
        .arg(folder)
        .args(["--ignore-scripts", "--no-save", "--no-audit", "--no-fund"])
        .args(["--loglevel", "error", "--fetch-retries", "1"])
        .args(packages);
    bring(&packages.join(", "), npm.kill_with_parent(host)).await
}

/// Brings packages from PyPI into a virtual environment that is made for them. Its `bin/python` finds them.
///
/// # Errors
/// The environment cannot be made, or a package cannot be brought: what pip said.
pub async fn from_pypi(
    packages: &[String],
    environment: &Path,
    python: &Invocation,
    host: &Host,
) -> anyhow::Result<()> {
    install_from_pypi(&packages.join(", "), packages, environment, python, host).await
}

/// The same; `words` are what pip is told to install, and `what` is what that is.
///
/// # Errors
/// As [`from_pypi`].
pub(crate) async fn install_from_pypi(
    what: &str,
    words: &[String],
    environment: &Path,
    python: &Invocation,
    host: &Host,
) -> anyhow::Result<()> {
    // A pip of its own would be most of the environment: the system's does, if it is there and knows `--python`.
    let pip_of = |environment: &Path| {
        let pip = python.clone().args(["-m", "pip", "--python"]);
        pip.arg(environment)
    };
    let system = pip_of(python.program()).arg("--version");
    let is_shared = system.run(ASKED_WITHIN).await.is_ok();
    let make = python.clone().args(["-m", "venv"]);
    let make = make.args(is_shared.then_some("--without-pip"));
    let make = make.arg(environment).kill_with_parent(host);
    bring("a virtual environment", make).await?;
    let own = environment.join("bin/python");
    let pip = match is_shared {
        true => pip_of(&own),
        false => Invocation::new(own).args(["-m", "pip"]),
    };
    let pip = pip
        .args(["install", "--no-input", "--no-deps"])
        .args(["--quiet", "--disable-pip-version-check", "--retries", "1"])
        .args(words);
    bring(what, pip.kill_with_parent(host)).await
}

/// Runs an installer. Of what it says the first and the last line are told, which say what went wrong.
///
/// # Errors
/// It fails.
pub async fn bring(what: &str, installer: Invocation) -> anyhow::Result<()> {
    let output = installer.output(INSTALLED_WITHIN).await?;
    if output.exit == Exit::Code(0) {
        return Ok(());
    }
    let said = output.stderr.lines().map(str::trim);
    let said: Vec<&str> = said.filter(|line| !line.is_empty()).collect();
    let (first, last) = (said.first(), said.last());
    let said = match (first, last) {
        (Some(first), Some(last)) if first != last => format!("{first} ... {last}"),
        (Some(line), _) => (*line).to_owned(),
        _ => format!("it {}", output.exit),
    };
    anyhow::bail!("{what} cannot be brought: {said}")
}
