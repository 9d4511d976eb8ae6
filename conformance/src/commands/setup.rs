//! `crossum setup`: installs and builds what is missing, after saying what.
//!
//! 1. `rustup target add` for each target whose standard library no toolchain here has, where there is a rustup; what it does not have is no trouble;
//! 2. where that leaves a target without, and no toolchain has the library's source: `rustup component add rust-src`;
//! 3. Debian's packages for all that is still missing, a Rust with its library's source among them if need be;
//! 4. the standard libraries that are to be built from source.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use anyhow::Context as _;
use cross::find::{Missing, Remedy};
use cross::process::Invocation;
use cross::rust_std::{DEBIAN_RUST, Place, RustStd};
use cross::{Host, Kit, build_std};
use layout::Abis;

use faults;
use kit::exit::Exit;
use kit::progress::Progress;
use kit::tools::Tools;

const A_DOWNLOAD: Duration = Duration::from_secs(300);

/// Installs and builds.
pub(super) async fn run(host: Host, names: &[String], yes: bool) -> anyhow::Result<Exit> {
    let targets: BTreeSet<_> = kit::names::targets_of_tests(names)?
        .into_iter()
        .map(|target| target.name.as_str())
        .collect();
    let tools = Tools::find(host.clone(), Abis::builtin(), &targets).await?;
    let todo = Todo::of(&tools);
    for misnamed in tools
        .kits
        .values()
        .flat_map(Kit::missing)
        .filter(is_misnamed)
    {
        super::print(&format!("setup: {misnamed}; that is yours to correct\n"))?;
    }
    if todo.is_nothing() {
        super::print("setup: nothing is to be installed\n")?;
        return Ok(Exit::Held);
    }
    super::print(&todo.told())?;
    if !yes && !agreed()? {
        super::print("setup: nothing was done\n")?;
        return Ok(Exit::CouldNotRun);
    }

    let tools = add_to_rustup(tools, &todo, &targets).await?;
    let packages = packages(&tools);
    if !packages.is_empty() {
        apt_get(&host, &packages).await?;
    }
    let tools = Tools::find(host, Abis::builtin(), &targets).await?;
    build_libraries(&tools).await?;

    let faults = faults::HostTools::find(&tools.host);
    let missing = tools.kits.values().flat_map(Kit::missing);
    let missing: Vec<_> = missing
        .chain(faults.missing())
        .filter(|missing| !is_misnamed(missing))
        .map(ToString::to_string)
        .collect();
    anyhow::ensure!(
        missing.is_empty(),
        "still missing:\n  {}",
        missing.join("\n  ")
    );
    super::print("setup: everything is there\n")?;
    Ok(Exit::Held)
}

/// Whether no package brings it, but another word of the user's: its target could not run, and the others go on.
fn is_misnamed(missing: &&Missing) -> bool {
    missing.remedy == Remedy::Correct
}

/// What there is to do.
struct Todo {
    /// Debian's packages, those of a Rust with source not among them.
    packages: Vec<String>,
    /// Targets whose Rust standard library no toolchain here has.
    without_std: Vec<String>,
    /// Whether rustup can be asked for it first.
    has_rustup: bool,
    /// Whether nobody here has the library's source.
    rust_source: bool,
}

impl Todo {
    fn of(tools: &Tools) -> Todo {
        let without_std = |kit: &&Kit| match &kit.rust {
            Ok(found) => matches!(found.value.place, Place::ToBeBuilt { .. }),
            Err(missing) => matches!(missing.remedy, Remedy::Packages(_)),
        };
        let (rust, packages): (Vec<_>, Vec<_>) = packages(tools)
            .into_iter()
            .partition(|name| DEBIAN_RUST.contains(&name.as_str()));
        Todo {
            packages,
            without_std: tools
                .kits
                .values()
                .filter(without_std)
                .map(|kit| kit.target.name.clone())
                .collect(),
            has_rustup: tools.host.program("rustup").is_some(),
            rust_source: !rust.is_empty(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.without_std.is_empty() && self.packages.is_empty()
    }

    fn told(&self) -> String {
        let mut text = "setup:\n".to_owned();
        let mut say = |what: &str, names: &[String]| {
            if !names.is_empty() {
                text.push_str(&format!("  {what}: {}\n", names.join(" ")));
            }
        };
        say("install Debian's packages", &self.packages);
        let library = match self.has_rustup {
            true => {
                "get the Rust standard library from rustup, or build it (a minute each, once), for"
            }
            false => "build the Rust standard library (a minute each, once) for",
        };
        say(library, &self.without_std);
        if self.rust_source {
            let source = if self.has_rustup {
                "to build it from: rustup's rust-src, or Debian's"
            } else {
                "to build it from: Debian's"
            };
            say(source, &DEBIAN_RUST.map(str::to_owned));
        }
        text
    }
}

/// Those of the targets' tools, and of the failure scenarios'.
fn packages(tools: &Tools) -> Vec<String> {
    let faults = faults::HostTools::find(&tools.host);
    let missing = tools.kits.values().flat_map(Kit::missing);
    let remedies = missing
        .chain(faults.missing())
        .map(|missing| &missing.remedy);
    let names = remedies.filter_map(|remedy| match remedy {
        Remedy::Packages(names) => Some(names.clone()),
        Remedy::Correct | Remedy::Nothing(_) => None,
    });
    names
        .flatten()
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

/// Asks on the terminal. Without one there is nobody to ask, and the answer is no.
fn agreed() -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        super::print("setup: there is no terminal to ask on; say --yes to go on\n")?;
        return Ok(false);
    }
    super::print("go on? [y/N] ")?;
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

async fn add_to_rustup(
    tools: Tools,
    todo: &Todo,
    targets: &BTreeSet<&'static str>,
) -> anyhow::Result<Tools> {
    let Some(rustup) = tools.host.program("rustup") else {
        return Ok(tools);
    };
    let bar = Progress::on_stderr().phase("asking rustup", todo.without_std.len());
    for target in &todo.without_std {
        bar.at(target);
        let asked = Invocation::new(&rustup)
            .args(["target", "add", target])
            .run(A_DOWNLOAD)
            .await;
        match asked {
            Ok(_) => bar.say(format_args!("{target}: added")),
            Err(error) => bar.say(format_args!(
                "{target}: rustup has none ({})",
                reason(&error.to_string())
            )),
        }
        bar.done();
    }
    let tools = Tools::find(tools.host, Abis::builtin(), targets).await?;
    let source_wanted = packages(&tools)
        .iter()
        .any(|name| DEBIAN_RUST.contains(&name.as_str()));
    if source_wanted {
        let asked = Invocation::new(&rustup)
            .args(["component", "add", "rust-src"])
            .run(A_DOWNLOAD)
            .await;
        match asked {
            Ok(_) => bar.say("rust-src: added"),
            Err(error) => bar.say(format_args!(
                "rust-src: rustup cannot ({})",
                reason(&error.to_string())
            )),
        }
        return Tools::find(tools.host, Abis::builtin(), targets).await;
    }
    Ok(tools)
}

/// The line of rustup's message that says why, no longer than a line.
fn reason(message: &str) -> String {
    let errors = message.lines().find(|line| line.starts_with("error:"));
    let line = errors.or_else(|| message.lines().last()).unwrap_or(message);
    match line.char_indices().nth(150) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or(line)),
        None => line.to_owned(),
    }
}

async fn apt_get(host: &Host, packages: &[String]) -> anyhow::Result<()> {
    let apt_get = host.program("apt-get").ok_or_else(|| {
        anyhow::anyhow!(
            "this is no Debian (no apt-get): install what brings the same as {}",
            packages.join(" ")
        )
    })?;
    let as_root = |program: &std::path::Path| match host.program("sudo") {
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
        .run_in_the_open()
        .await
        .context("apt-get update")?;
    bar.at("apt-get install");
    as_root(&apt_get)
        .args([
            "install",
            "--yes",
            "--quiet=2",
            "--no-install-recommends",
            "-o=Dpkg::Use-Pty=0",
        ])
        .args(packages)
        .run_in_the_open()
        .await
        .context("apt-get install")
}

fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

async fn build_libraries(tools: &Tools) -> anyhow::Result<()> {
    let to_build: Vec<(&Kit, RustStd)> = tools
        .kits
        .values()
        .filter_map(|kit| Some((kit, kit.rust.as_ref().ok()?.value.clone())))
        .filter(|(_, std)| matches!(std.place, Place::ToBeBuilt { .. }))
        .collect();
    let bar = Progress::on_stderr().phase("building the Rust standard library", to_build.len());
    for (kit, std) in to_build {
        bar.at(&kit.target.name);
        build_std::build(std, kit.target).await?;
        bar.say(format_args!("{}: built", kit.target.name));
        bar.done();
    }
    Ok(())
}
