//! Debian's packages: installed by apt-get, which must not remove any for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::Invocation;

use crate::progress::Progress;

/// For a plan of what would be installed, which takes no network.
const PLAN_TIMEOUT: Duration = Duration::from_secs(120);

/// Installs packages of these names.
///
/// # Errors
/// There is no apt-get, it fails, or it would remove a package that is here: nothing is changed then.
pub(crate) async fn install(host: &Host, packages: &[String]) -> anyhow::Result<()> {
    let apt_get = host.program("apt-get").ok_or_else(|| {
        anyhow::anyhow!(
            "this is no Debian (no apt-get): install what brings the same as {}",
            packages.join(" ")
        )
    })?;
    let as_root = |program: &Path| match host.program("sudo") {
        Some(sudo) if !is_root() => Invocation::new(sudo)
            .arg("DEBIAN_FRONTEND=noninteractive")
            .arg(program),
        _ => Invocation::new(program).env("DEBIAN_FRONTEND", "noninteractive"),
    };
    let progress = Progress::on_stderr();
    let bar = progress.phase("installing packages", packages.len());
    bar.at("apt-get update");
    // On the terminal: sudo asks for a password there.
    as_root(&apt_get)
        .args(["update", "--quiet=2"])
        .run_on_terminal()
        .await
        .context("apt-get update")?;
    bar.at("apt-get install");
    let plan = Invocation::new(&apt_get)
        .args(["install", "--simulate", "--no-install-recommends"])
        .args(packages)
        .run(PLAN_TIMEOUT)
        .await
        .context("apt-get install --simulate")?;
    let removed = removed(&plan);
    anyhow::ensure!(
        removed.is_empty(),
        "apt-get would remove what is installed here: {}; nothing was changed. If that may go, `apt-get install --no-install-recommends {}` does it",
        removed.join(" "),
        packages.join(" ")
    );
    as_root(&apt_get)
        .args([
            "install",
            "--yes",
            // The plan may have changed since.
            "--no-remove",
            "--quiet=2",
            "--no-install-recommends",
            "-o=Dpkg::Use-Pty=0",
        ])
        .args(packages)
        .run_on_terminal()
        .await
        .context("apt-get install")
}

/// The packages that a plan of `apt-get --simulate` removes: its lines `Remv qemu-utils [1:10.0.2]`.
fn removed(plan: &str) -> Vec<&str> {
    let lines = plan.lines();
    lines
        .filter_map(|line| line.strip_prefix("Remv ")?.split_whitespace().next())
        .collect()
}

/// For a question to dpkg about its settings.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(20);

/// The architectures whose packages can be installed here; none where this is no Debian.
pub(crate) async fn architectures(host: &Host) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    let Some(dpkg) = host.program("dpkg") else {
        return known;
    };
    for option in ["--print-architecture", "--print-foreign-architectures"] {
        let ask = Invocation::new(&dpkg).arg(option);
        let said = ask.run(QUESTION_TIMEOUT).await.unwrap_or_default();
        known.extend(said.split_whitespace().map(str::to_owned));
    }
    known
}

/// The architecture that a package's name asks for: `i386` of `wine32:i386`.
pub(crate) fn architecture_of(package: &str) -> Option<&str> {
    Some(package.split_once(':')?.1)
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(test)]
mod tests {
    use super::{architecture_of, removed};

    #[test]
    fn a_package_of_another_architecture_names_it() {
        assert_eq!(architecture_of("wine32:i386"), Some("i386"));
        assert_eq!(architecture_of("libc6-dev-i386-cross"), None);
    }

    #[test]
    fn what_a_plan_removes_is_named_and_what_it_installs_is_not() {
        let plan = "The following packages will be REMOVED:\n  rustc\n\
                    Remv cargo [0.66.0] [rustc:amd64 ]\nRemv rustc [1.63.0+dfsg1-2]\n\
                    Inst rustc-web (1.78.0 Debian:12 [amd64])\nConf rustc-web (1.78.0 Debian:12 [amd64])\n";
        assert_eq!(removed(plan), ["cargo", "rustc"]);
    }
}
