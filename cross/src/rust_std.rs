//! Rust's standard library for a target, and where it is looked for.
//!
//! 1. `$CROSSUM_TARGET_<TARGET>_RUST_SYSROOT`, a sysroot of the user's, for the `cargo` on the search path;
//! 2. the toolchains of this machine that have it already (`rustup target add` gives it to rustup's; `crossum setup` does that):
//!    the `cargo` on the search path, then rustup's others by name, then the distribution's in `/usr/bin`;
//! 3. one that was built here before by the first of these toolchains that has its library's source (`rust-src`);
//! 4. the same, still to be built: see [`build`](crate::build_std::build).

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::compiler::Linker;
use crate::find::{Finding, Found, Missing, Origin, Remedy};
use crate::host::Host;
use crate::process::{Invocation, ProcessError};
use crate::target::Target;

/// A Rust toolchain of this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toolchain {
    /// Its cargo.
    pub cargo: PathBuf,
    /// Its rustc.
    pub rustc: PathBuf,
    /// The release, such as `1.96.0`.
    pub release: String,
    /// The commit it was made from, which with the release tells one compiler from another.
    pub commit: String,
    /// Its own sysroot.
    pub sysroot: PathBuf,
    /// Where it was found.
    pub origin: Origin,
}

/// A standard library for a target, and the toolchain it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RustStd {
    /// The only toolchain that can use it.
    pub toolchain: Toolchain,
    /// Where it is.
    pub place: Place,
}

/// Where a standard library is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the toolchain itself.
    Toolchain,
    /// In a sysroot of the user's.
    Sysroot(PathBuf),
    /// In a sysroot that was built here before. [`build`](crate::build_std::build) looks whether it is as it was, and else builds it again.
    Kept {
        /// The sysroot.
        sysroot: PathBuf,
        /// The `library` folder of the source that it was built from.
        source: PathBuf,
    },
    /// Nowhere yet: it can be built there from the toolchain's `rust-src`.
    ToBeBuilt {
        /// The sysroot to be made.
        sysroot: PathBuf,
        /// The `library` folder of the source.
        source: PathBuf,
    },
}

const QUESTION_TIMEOUT: Duration = Duration::from_secs(30);

/// The packages of Debian 12 that bring a current Rust with its library's source.
pub const DEBIAN_RUST: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// The toolchains of this machine, in the order in which they are asked.
pub async fn toolchains(host: &Host) -> Vec<Toolchain> {
    let mut places = Vec::new();
    if let (Some(cargo), Some(rustc)) = (host.program("cargo"), host.program("rustc")) {
        places.push((cargo.clone(), rustc, Origin::Path(cargo)));
    }
    if let Some(folder) = host.rustup_toolchains() {
        let mut names: Vec<_> = folder
            .read_dir()
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        names.sort();
        places.extend(names.into_iter().map(|path| {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            (
                path.join("bin/cargo"),
                path.join("bin/rustc"),
                Origin::Toolchain(format!("rustup's {name}")),
            )
        }));
    }
    if let (Some(cargo), Some(rustc)) = (
        host.installed("usr/bin/cargo"),
        host.installed("usr/bin/rustc"),
    ) {
        places.push((cargo.clone(), rustc, Origin::Distribution(cargo)));
    }

    let mut toolchains: Vec<Toolchain> = Vec::new();
    for (cargo, rustc, origin) in places {
        // One that does not answer (an unfinished install) is no toolchain.
        if let Ok(toolchain) = ask(cargo, rustc, origin).await
            && !toolchains
                .iter()
                .any(|known| known.sysroot == toolchain.sysroot)
        {
            toolchains.push(toolchain);
        }
    }
    toolchains
}

/// The toolchain that rustup chooses for a folder, by the files `rust-toolchain` and `rust-toolchain.toml` there and above, or by `$RUSTUP_TOOLCHAIN`. Its own programs are named, and not rustup's stand-ins, which would choose again in another folder.
///
/// # Errors
/// It is not installed, or it does not answer. Nothing is installed here.
pub async fn chosen_by_rustup(rustc: &Path, folder: &Path) -> Result<Toolchain, ProcessError> {
    let sysroot = Invocation::new(rustc)
        .args(["--print", "sysroot"])
        .directory(folder)
        // Newer versions of rustup would download it now.
        .env("RUSTUP_AUTO_INSTALL", "0")
        .env("RUST_BACKTRACE", "0")
        .run(QUESTION_TIMEOUT)
        .await?;
    let programs = Path::new(sysroot.trim()).join("bin");
    let (cargo, rustc) = (programs.join("cargo"), programs.join("rustc"));
    ask(cargo.clone(), rustc, Origin::Path(cargo)).await
}

async fn ask(cargo: PathBuf, rustc: PathBuf, origin: Origin) -> Result<Toolchain, ProcessError> {
    let version = Invocation::new(&rustc)
        .arg("-vV")
        .run(QUESTION_TIMEOUT)
        .await?;
    let sysroot = Invocation::new(&rustc)
        .args(["--print", "sysroot"])
        .run(QUESTION_TIMEOUT)
        .await?;
    let field = |name: &str| {
        let line = version
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or(": unknown");
        line.trim_start_matches([':', ' ']).to_owned()
    };
    Ok(Toolchain {
        cargo,
        rustc,
        release: field("release"),
        commit: field("commit-hash"),
        sysroot: PathBuf::from(sysroot.trim()),
        origin,
    })
}

/// Looks for a standard library, given the machine's toolchains.
pub fn rust_std(host: &Host, toolchains: &[Toolchain], target: &Target) -> Finding<RustStd> {
    let what = format!("Rust standard library for {}", target.name);
    if let Some(why) = &target.no_rust {
        return Err(Missing {
            what,
            looked: Vec::new(),
            remedy: Remedy::Nothing(why.clone()),
        });
    }
    let variable = target.variable("RUST_SYSROOT");
    if let (Some(sysroot), Some(toolchain)) = (host.variable(&variable), toolchains.first()) {
        if !has_std(Path::new(sysroot), target) {
            let looked = vec![format!(
                "${variable}, which names {sysroot}: no std for {} in it",
                target.name
            )];
            return Err(Missing {
                what,
                looked,
                remedy: Remedy::Packages(DEBIAN_RUST.map(str::to_owned).to_vec()),
            });
        }
        let place = Place::Sysroot(sysroot.into());
        return Ok(Found {
            value: RustStd {
                toolchain: toolchain.clone(),
                place,
            },
            origin: Origin::Variable(variable),
        });
    }
    if let Some(toolchain) = toolchains
        .iter()
        .find(|toolchain| has_std(&toolchain.sysroot, target))
    {
        let value = RustStd {
            toolchain: toolchain.clone(),
            place: Place::Toolchain,
        };
        return Ok(Found {
            value,
            origin: toolchain.origin.clone(),
        });
    }
    if let Some((toolchain, source)) = toolchains
        .iter()
        .find_map(|toolchain| Some((toolchain, toolchain.source()?)))
    {
        let sysroot = host
            .cache()
            .join("sysroots")
            .join(toolchain.identity())
            .join(&target.name);
        return Ok(if has_std(&sysroot, target) {
            let value = RustStd {
                toolchain: toolchain.clone(),
                place: Place::Kept {
                    sysroot: sysroot.clone(),
                    source,
                },
            };
            Found {
                value,
                origin: Origin::Cache(sysroot),
            }
        } else {
            let value = RustStd {
                toolchain: toolchain.clone(),
                place: Place::ToBeBuilt { sysroot, source },
            };
            Found {
                value,
                origin: toolchain.origin.clone(),
            }
        });
    }
    let looked = std::iter::once(format!("${variable}"))
        .chain(
            toolchains
                .iter()
                .map(|toolchain| format!("{} (Rust {})", toolchain.origin, toolchain.release)),
        )
        .collect();
    Err(Missing {
        what,
        looked,
        remedy: Remedy::Packages(DEBIAN_RUST.map(str::to_owned).to_vec()),
    })
}

/// Whether a sysroot holds the target's `std`.
pub(crate) fn has_std(sysroot: &Path, target: &Target) -> bool {
    let folder = sysroot.join("lib/rustlib").join(&target.name).join("lib");
    folder
        .read_dir()
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libstd-") && name.ends_with(".rlib")
        })
}

impl Toolchain {
    /// A name that no other compiler has: the release and the commit.
    pub fn identity(&self) -> String {
        format!(
            "{}-{}",
            self.release,
            self.commit.get(..10).unwrap_or(&self.commit)
        )
    }

    /// The `library` folder of its `rust-src`, if it has one.
    pub fn source(&self) -> Option<PathBuf> {
        let library = self.sysroot.join("lib/rustlib/src/rust/library");
        library.join("std/Cargo.toml").is_file().then_some(library)
    }

    /// Its cargo, set to use its own rustc and no flags but `flags`.
    pub fn cargo(&self, flags: &[String]) -> Invocation {
        Invocation::new(&self.cargo)
            .env("RUSTC", &self.rustc)
            // Takes precedence over RUSTFLAGS and over configuration, and reaches only what is built with --target.
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
    }
}

impl Place {
    /// The sysroot of its own that it is in, or will be.
    pub fn sysroot(&self) -> Option<&Path> {
        match self {
            Place::Toolchain => None,
            Place::Sysroot(sysroot)
            | Place::Kept { sysroot, .. }
            | Place::ToBeBuilt { sysroot, .. } => Some(sysroot),
        }
    }
}

impl RustStd {
    /// The cargo that builds for the target with this library; `linker` links, and rustc gets the flags `more`, too.
    ///
    /// The caller appends the subcommand and `--target`.
    pub fn cargo(&self, linker: &Linker, more: &[&str]) -> Invocation {
        let mut flags = self.flags(linker);
        flags.extend(more.iter().map(|&flag| flag.to_owned()));
        self.toolchain.cargo(&flags)
    }

    /// The flags with which rustc builds a program with this library that `linker` links.
    pub fn flags(&self, linker: &Linker) -> Vec<String> {
        let mut flags = vec![format!("-Clinker={}", linker.program.display())];
        flags.extend(linker.flags.iter().map(|flag| format!("-Clink-arg={flag}")));
        let sysroot = self.place.sysroot();
        flags.extend(sysroot.map(|sysroot| format!("--sysroot={}", sysroot.display())));
        flags
    }
}
