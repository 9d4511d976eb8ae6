//! Debian's packages: installed by apt-get, which must not remove any for it.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use cross::Host;
use cross::process::{Exit, Invocation};

use crate::progress::Progress;

/// For a plan of what would be installed, which takes no network.
const PLAN_TIMEOUT: Duration = Duration::from_secs(120);

/// Installs packages of these names. The result has those that this distribution does not have, as Debian 13 without its security updates has no `rustc-web`. The others are installed all the same.
///
/// # Errors
/// There is no apt-get, it fails, or it would remove a package that is here: nothing is changed then.
pub(crate) async fn install(host: &Host, packages: &[String]) -> anyhow::Result<BTreeSet<String>> {
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
    let plan = async |packages: &[String]| {
        let plan = Invocation::new(&apt_get).env("LC_ALL", "C");
        let plan = plan.args(["install", "--simulate", "--no-install-recommends"]);
        plan.args(packages).output(PLAN_TIMEOUT).await
    };
    let unknown = unknown(&plan(packages).await?.stderr);
    let packages: Vec<String> = packages
        .iter()
        .filter(|name| !unknown.contains(*name))
        .cloned()
        .collect();
    if !unknown.is_empty() {
        let names: Vec<_> = unknown.iter().map(String::as_str).collect();
        bar.say(format_args!(
            "left out: this distribution has no {}; `crossum doctor` says what cannot run without",
            names.join(" ")
        ));
    }
    if packages.is_empty() {
        return Ok(unknown);
    }
    let plan = plan(&packages).await?;
    anyhow::ensure!(
        plan.exit == Exit::Code(0),
        "apt-get install --simulate {}: {}",
        plan.exit,
        plan.stderr.trim()
    );
    let plan = plan.stdout;
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
        .args(&packages)
        .run_on_terminal()
        .await
        .context("apt-get install")?;
    Ok(unknown)
}

/// The packages that apt-get knows nothing of, or only by name: `E: Unable to locate package X`, `E: Package 'X' has no installation candidate`.
fn unknown(says: &str) -> BTreeSet<String> {
    let of = |line: &str| {
        let error = line.strip_prefix("E: ")?;
        let named = error.strip_prefix("Unable to locate package ");
        let without = error.strip_prefix("Package '");
        let without = without.and_then(|rest| rest.strip_suffix("' has no installation candidate"));
        named.or(without).map(|name| name.trim().to_owned())
    };
    says.lines().filter_map(of).collect()
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
    use std::collections::BTreeSet;

    use super::{architecture_of, removed, unknown};

    #[test]
    fn what_a_distribution_does_not_have_is_named() {
        let says = "Reading package lists...\nE: Unable to locate package gcc-mips-linux-gnu\n\
                    E: Package 'rustc-web' has no installation candidate\nE: Unmet dependencies.\n";
        let expected = ["gcc-mips-linux-gnu", "rustc-web"].map(str::to_owned);
        assert_eq!(unknown(says), BTreeSet::from(expected));
    }

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
