//! Installs and builds what is missing on this machine.
//!
//! 1. `rustup target add` for each target whose standard library no toolchain here has, where there is a rustup; what it does not have is no trouble;
//! 2. where that leaves a target without, and no toolchain has the library's source: `rustup component add rust-src`;
//! 3. Debian's packages for all that is still missing, a Rust with its library's source among them if need be;
//! 4. the standard libraries that are to be built from source, unless whoever needs them builds them.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use cross::find::{Missing, Remedy};
use cross::process::Invocation;
use cross::rust_std::{DEBIAN_RUST, Place, RustStd};
use cross::{Host, TargetTools, build_std};
use layout::Abis;

use crate::debian;
use crate::progress::Progress;
use crate::tools::Tools;
use crate::zig;

const DOWNLOAD_TIMEOUT: Duration = Duration::from_secs(300);

/// When the standard libraries that no toolchain has are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Libraries {
    /// Now: nothing is left to do afterwards.
    Now,
    /// With the first program that needs each of them, so that nobody who needs none waits for them.
    WhenNeeded,
}

/// What is wanted on this machine, and what of it was found.
pub struct Setup {
    targets: BTreeSet<&'static str>,
    tools: Tools,
    others: fn(&Host) -> Vec<Missing>,
    /// The architectures whose packages can be installed here.
    architectures: BTreeSet<String>,
}

impl Setup {
    /// Looks for the tools of these targets; `others` says what else is missing.
    ///
    /// # Errors
    /// As [`Tools::find`].
    pub async fn look(
        host: Host,
        targets: BTreeSet<&'static str>,
        others: fn(&Host) -> Vec<Missing>,
    ) -> anyhow::Result<Setup> {
        Ok(Setup {
            architectures: debian::architectures(&host).await,
            tools: Tools::find(host, Abis::builtin(), &targets).await?,
            targets,
            others,
        })
    }

    async fn again(self) -> anyhow::Result<Setup> {
        Setup::look(self.tools.host, self.targets, self.others).await
    }

    /// What is missing because a setting names a wrong place. No package brings it: its target cannot run, and the others go on.
    pub fn misnamed(&self) -> Vec<&Missing> {
        let missing = self.tools.by_target.values().flat_map(TargetTools::missing);
        missing.filter(is_misnamed).collect()
    }

    /// The packages of an architecture that this machine has none of, sorted: whoever keeps the machine decides whether it is to have them.
    pub fn foreign(&self) -> Vec<String> {
        let all = self.named_packages().into_iter();
        all.filter(|name| self.is_foreign(name)).collect()
    }

    fn is_foreign(&self, package: &str) -> bool {
        let architecture = debian::architecture_of(package);
        architecture.is_some_and(|one| !self.architectures.contains(one))
    }

    /// Whether nothing but such a package brings it.
    fn is_of_others(&self, missing: &Missing) -> bool {
        match &missing.remedy {
            Remedy::Packages(names) => names.iter().any(|name| self.is_foreign(name)),
            Remedy::Setup(_) | Remedy::Correct | Remedy::Nothing(_) => false,
        }
    }

    fn lacks_zig(&self) -> bool {
        let missing = self.tools.by_target.values().flat_map(TargetTools::missing);
        let mut remedies = missing.map(|missing| &missing.remedy);
        remedies.any(|remedy| matches!(remedy, Remedy::Setup(cross::zig::WITH)))
    }

    /// What there is to do.
    pub fn todo(&self) -> Todo {
        Todo::of(self)
    }

    /// Does it. A standard library that can be built, and is not yet, is not missing.
    ///
    /// # Errors
    /// Something fails, or is missing all the same.
    pub async fn install(self, todo: &Todo, libraries: Libraries) -> anyhow::Result<()> {
        let setup = self.add_to_rustup(todo).await?;
        let packages = setup.packages();
        let unknown = match packages.is_empty() {
            true => BTreeSet::new(),
            false => debian::install(&setup.tools.host, &packages).await?,
        };
        if todo.zig {
            zig::bring(&setup.tools.host).await?;
        }
        let setup = setup.again().await?;
        if libraries == Libraries::Now {
            build_libraries(&setup.tools).await?;
        }

        let others = (setup.others)(&setup.tools.host);
        let missing = setup
            .tools
            .by_target
            .values()
            .flat_map(TargetTools::missing);
        let missing: Vec<_> = missing
            .chain(&others)
            .filter(|missing| !is_misnamed(missing) && !setup.is_of_others(missing))
            .filter(|missing| !brings(missing, &unknown))
            .map(ToString::to_string)
            .collect();
        anyhow::ensure!(
            missing.is_empty(),
            "still missing:\n  {}",
            missing.join("\n  ")
        );
        Ok(())
    }

    /// Debian's packages that bring what is missing and can be installed, sorted.
    fn packages(&self) -> Vec<String> {
        let all = self.named_packages().into_iter();
        all.filter(|name| !self.is_foreign(name)).collect()
    }

    /// Debian's packages that bring what is missing, sorted.
    fn named_packages(&self) -> BTreeSet<String> {
        let others = (self.others)(&self.tools.host);
        let missing = self.tools.by_target.values().flat_map(TargetTools::missing);
        let remedies = missing.chain(&others).map(|missing| &missing.remedy);
        let names = remedies.filter_map(|remedy| match remedy {
            Remedy::Packages(names) => Some(names.clone()),
            Remedy::Setup(_) | Remedy::Correct | Remedy::Nothing(_) => None,
        });
        names.flatten().collect()
    }

    async fn add_to_rustup(self, todo: &Todo) -> anyhow::Result<Setup> {
        let Some(rustup) = self.tools.host.program("rustup") else {
            return Ok(self);
        };
        let bar = Progress::on_stderr().phase("asking rustup", todo.without_std.len());
        for target in &todo.without_std {
            bar.at(target);
            let asked = Invocation::new(&rustup)
                .args(["target", "add", target])
                .run(DOWNLOAD_TIMEOUT)
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
        let setup = self.again().await?;
        let source_wanted = setup
            .packages()
            .iter()
            .any(|name| DEBIAN_RUST.contains(&name.as_str()));
        if source_wanted {
            let asked = Invocation::new(&rustup)
                .args(["component", "add", "rust-src"])
                .run(DOWNLOAD_TIMEOUT)
                .await;
            match asked {
                Ok(_) => bar.say("rust-src: added"),
                Err(error) => bar.say(format_args!(
                    "rust-src: rustup cannot ({})",
                    reason(&error.to_string())
                )),
            }
            return setup.again().await;
        }
        Ok(setup)
    }
}

/// Whether one of these packages would bring it.
fn brings(missing: &Missing, packages: &BTreeSet<String>) -> bool {
    match &missing.remedy {
        Remedy::Packages(names) => names.iter().any(|name| packages.contains(name)),
        Remedy::Setup(_) | Remedy::Correct | Remedy::Nothing(_) => false,
    }
}

fn is_misnamed(missing: &&Missing) -> bool {
    missing.remedy == Remedy::Correct
}

/// What to say of packages of an architecture that this machine has none of.
///
/// `packages` is not empty.
pub fn of_others(packages: &[String]) -> String {
    let architectures: BTreeSet<_> = packages
        .iter()
        .filter_map(|name| debian::architecture_of(name))
        .collect();
    let mut text = format!("left out: {}\n", packages.join(" "));
    for one in architectures {
        text.push_str(&format!(
            "  This machine has no packages of {one}, and nothing here changes that. `dpkg --add-architecture {one} && apt-get update` does, and then this command again. \
             From then on apt offers every package of {one} beside this machine's own; those that are installed bring a C library of their own, and of a library in both the versions must be equal, so that upgrades wait for each other. `dpkg --remove-architecture {one}` takes it back when none of them is left.\n"
        ));
    }
    text
}

/// What there is to do.
pub struct Todo {
    /// Debian's packages, those of a Rust with source not among them.
    packages: Vec<String>,
    /// Targets whose Rust standard library no toolchain here has.
    without_std: Vec<String>,
    /// Whether rustup can be asked for it first.
    has_rustup: bool,
    /// Whether nobody here has the library's source.
    rust_source: bool,
    /// Whether zig is to be brought.
    zig: bool,
}

impl Todo {
    fn of(setup: &Setup) -> Todo {
        let without_std = |target_tools: &&TargetTools| match &target_tools.rust {
            Ok(found) => matches!(found.value.place, Place::ToBeBuilt { .. }),
            Err(missing) => matches!(missing.remedy, Remedy::Packages(_)),
        };
        let (rust, packages): (Vec<_>, Vec<_>) = setup
            .packages()
            .into_iter()
            .partition(|name| DEBIAN_RUST.contains(&name.as_str()));
        Todo {
            packages,
            without_std: setup
                .tools
                .by_target
                .values()
                .filter(without_std)
                .map(|target_tools| target_tools.target.name.clone())
                .collect(),
            has_rustup: setup.tools.host.program("rustup").is_some(),
            rust_source: !rust.is_empty(),
            zig: setup.lacks_zig(),
        }
    }

    /// Whether nothing is to be done.
    pub fn is_nothing(&self) -> bool {
        self.without_std.is_empty() && self.packages.is_empty() && !self.zig
    }

    fn words(&self) -> String {
        let mut text = "setup:\n".to_owned();
        let mut say = |what: &str, names: &[String]| {
            if !names.is_empty() {
                text.push_str(&format!("  {what}: {}\n", names.join(" ")));
            }
        };
        say("install Debian's packages", &self.packages);
        let package = format!("{} {}", cross::zig::PACKAGE, cross::zig::VERSION);
        let zig = self.zig.then_some(package);
        say("bring from PyPI into the cache", zig.as_slice());
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

/// As it is shown before somebody agrees to it.
impl fmt::Display for Todo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
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

async fn build_libraries(tools: &Tools) -> anyhow::Result<()> {
    let to_build: Vec<(&TargetTools, RustStd)> = tools
        .by_target
        .values()
        .filter_map(|target_tools| {
            Some((target_tools, target_tools.rust.as_ref().ok()?.value.clone()))
        })
        .filter(|(_, std)| matches!(std.place, Place::ToBeBuilt { .. }))
        .collect();
    let bar = Progress::on_stderr().phase("building the Rust standard library", to_build.len());
    for (target_tools, std) in to_build {
        bar.at(&target_tools.target.name);
        build_std::build(std, target_tools.target).await?;
        bar.say(format_args!("{}: built", target_tools.target.name));
        bar.done();
    }
    Ok(())
}
