//! Brings the library of an implementation, into a folder of its own that is kept: packages from PyPI into a virtual environment, from npm into its `node_modules`. Nothing is installed on the system.

mod c;
mod java;
mod node;
mod python;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::process::Invocation;
use cross::scratch::Scratch;
use cross::{Host, seal};
use kit::fingerprint::Fingerprint;

use crate::implementation::{Implementation, Language};
use crate::sources::source;

const INSTALLED_WITHIN: Duration = Duration::from_secs(600);
const ASKED_WITHIN: Duration = Duration::from_secs(30);

/// A codec that can be started.
pub(crate) struct Installed {
    /// The program, to which the orders and the form are appended.
    pub(crate) program: Invocation,
    /// What it is, with versions: `Python 3.11.7, cbor2 6.3.0`.
    pub(crate) runner: String,
}

/// Brings one.
///
/// # Errors
/// A program is missing, or a package cannot be brought; which, and what the installer said.
pub(crate) async fn install(one: &Implementation, host: &Host) -> anyhow::Result<Installed> {
    match one.language {
        Language::Python => python::install(one, host).await,
        Language::Node => node::install(one, host).await,
        Language::C => c::install(one, host).await,
        Language::Java => java::install(one, host).await,
    }
}

/// A program of this machine, or how to get it.
fn needed(name: &str, how: &str, host: &Host) -> anyhow::Result<Invocation> {
    let found = host.program(name);
    let found =
        found.with_context(|| format!("no program `{name}` is on the search path ({how})"))?;
    Ok(Invocation::new(found))
}

/// The first line that it prints when it is asked.
async fn first_line(program: Invocation) -> anyhow::Result<String> {
    let printed = program.run(ASKED_WITHIN).await?;
    let line = printed.lines().next().unwrap_or_default();
    Ok(line.trim().to_owned())
}

/// The folder of an implementation, made by `fill` if it is not there as it was made. It is made beside its place and moved there whole, so that nobody finds half of it. `depends` is on what, beside the row and the sources, its content depends.
async fn folder(
    one: &Implementation,
    sources: &[&str],
    depends: &str,
    host: &Host,
    fill: impl AsyncFnOnce(&Path) -> anyhow::Result<()>,
) -> anyhow::Result<std::path::PathBuf> {
    let mut fingerprint = Fingerprint::default();
    fingerprint.add(depends);
    for package in &one.packages {
        fingerprint.add(package);
    }
    let sources = sources.iter().map(|name| {
        let text = source(name).with_context(|| format!("no source {name} was built in"))?;
        Ok((*name, text))
    });
    let sources: Vec<(&str, &str)> = sources.collect::<anyhow::Result<_>>()?;
    for (name, text) in &sources {
        fingerprint.add(name);
        fingerprint.add(text);
    }
    let all = host.cache().join("interop");
    std::fs::create_dir_all(&all).with_context(|| format!("cannot make {}", all.display()))?;
    let place = all.join(format!("{}-{fingerprint}", one.name));
    if seal::check(&place).is_ok() {
        return Ok(place);
    }
    let scratch = Scratch::new_in(&all)?;
    let new = scratch.path().join("new");
    std::fs::create_dir(&new)?;
    for (name, text) in sources {
        std::fs::write(new.join(name), text)?;
    }
    fill(&new).await?;
    seal::put(&new, &place).with_context(|| format!("cannot make {}", place.display()))?;
    Ok(place)
}

/// Runs an installer. Of what it says the last line is told, which says what went wrong.
async fn bring(what: &str, installer: Invocation) -> anyhow::Result<()> {
    let output = installer.output(INSTALLED_WITHIN).await?;
    if output.exit == cross::process::Exit::Code(0) {
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

/// The versions of packages of the system, where dpkg is the one to ask.
async fn debian_versions(packages: &[String], host: &Host) -> String {
    let Some(dpkg) = host.program("dpkg-query") else {
        return String::new();
    };
    let query = Invocation::new(dpkg).args(["-W", "-f", ", ${Package} ${Version}"]);
    let told = query.args(packages).run(ASKED_WITHIN).await;
    told.unwrap_or_default()
}
