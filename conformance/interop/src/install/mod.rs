//! Brings the library of an implementation, into a folder of its own that is kept: packages from PyPI into a virtual environment, from npm into its `node_modules`. Nothing is installed on the system.

mod c;
mod java;
mod node;
mod python;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::Invocation;
use kit::fingerprint::Fingerprint;
use kit::packages::kept;

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

/// The folder of an implementation, filled by `fill` after its sources are there. `depends` is on what, beside the row and the sources, its content depends.
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
    kept(host, "interop", &one.name, fingerprint, async |new| {
        for (name, text) in &sources {
            std::fs::write(new.join(name), text)?;
        }
        fill(new).await
    })
    .await
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
