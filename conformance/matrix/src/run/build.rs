//! Builds participants, and keeps what it built: the second run of an unchanged tree compiles nothing.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use cross::compiler::{Compiler, Linker};
use cross::process::Invocation;
use cross::rust_std::{Place, RustStd};
use cross::{Host, Target, TargetTools, build_std, counting, runner};

use super::start::Start;
use super::{lock, own};
use crate::participant::{Build, Participant};

/// A participant that was built: how to start it.
#[derive(Clone, Debug)]
pub struct Built {
    /// How it serves, if it does.
    pub server: Option<Serving>,
    /// How it asks, if it does.
    pub client: Option<Asking>,
    /// What compiled it, such as `gcc 12.2.0`.
    pub compiler: String,
    /// What runs it, such as `qemu-ppc-static 7.2.22`.
    pub runner: String,
    /// What leads to the machine that it runs on, if that is not this one.
    pub machine: Option<String>,
    /// Where its server listens and is reached, if somebody says.
    pub address: Option<IpAddr>,
    /// Whether it was built now, and not found where it is kept.
    pub is_new: bool,
}

impl Built {
    /// Whether a client's machine reaches this server: on one machine each does, and otherwise somebody must have said where.
    pub fn is_reached_by(&self, client: &Built) -> bool {
        self.machine == client.machine || self.address.is_some()
    }
}

/// How a server is started.
#[derive(Clone, Debug)]
pub enum Serving {
    /// As PARTICIPANTS.md says; `abi` or `serve ...` is to be appended.
    ByContract(Invocation),
    /// As it is.
    AsItIs(Start),
}

/// How a client is started.
#[derive(Clone, Debug)]
pub enum Asking {
    /// As PARTICIPANTS.md says; `drive` is to be appended.
    ByContract(Invocation),
    /// As it is.
    AsItIs(Start),
}

/// The programs of a participant, and what compiled them.
struct Programs {
    server: PathBuf,
    client: PathBuf,
    compiler: String,
    is_new: bool,
}

/// Programs of this workspace that were built.
pub struct RustBuilt {
    /// Where they are kept, by their names.
    pub folder: PathBuf,
    /// What compiled them.
    pub compiler: String,
    is_new: bool,
}

/// Where participants are built and kept.
#[derive(Clone)]
pub struct Workshop {
    host: Host,
    /// The checkout, where something of it is to be built.
    workspace: Option<PathBuf>,
    folder: PathBuf,
}

const C_FLAGS: [&str; 5] = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror"];
const A_DAY: Duration = Duration::from_secs(24 * 3600);
const A_CARGO_BUILD: Duration = Duration::from_secs(1800);

/// Programs of this workspace, each in a package of its name.
struct RustPrograms {
    names: &'static [&'static str],
    /// What they are made from, besides the workspace's own manifest and lock file.
    sources: &'static [&'static str],
    /// What rustc is told.
    flags: fn(&Target) -> &'static [&'static str],
    /// Tells folders of builds with other flags apart.
    suffix: &'static str,
}

const PARTICIPANT: RustPrograms = RustPrograms {
    names: &["sumsrv", "sumcli"],
    sources: &[
        "proto/Cargo.toml",
        "proto/src",
        "sumsrv/Cargo.toml",
        "sumsrv/src",
        "sumcli/Cargo.toml",
        "sumcli/src",
    ],
    flags: |_| &[],
    suffix: "",
};

const GAUGE: RustPrograms = RustPrograms {
    names: &["gauge"],
    sources: &[
        "proto/Cargo.toml",
        "proto/src",
        "gauge/Cargo.toml",
        "gauge/src",
    ],
    flags: counting::rust_flags,
    suffix: "-counted",
};

impl Workshop {
    /// A workshop for the sources in `workspace`. What it builds is kept in the cache, by content: another checkout of the same sources finds it there.
    pub fn new(host: &Host, workspace: Option<PathBuf>) -> Self {
        Workshop {
            host: host.clone(),
            workspace,
            folder: host.cache(),
        }
    }

    /// Builds a participant, unless the same was built before.
    ///
    /// # Errors
    /// What is missing, or what the compiler said.
    pub async fn build(
        &self,
        participant: &Participant,
        tools: &TargetTools,
    ) -> anyhow::Result<Built> {
        let runner = tools.runner.as_ref().map_err(Clone::clone)?.value.clone();
        let Programs {
            server,
            client,
            compiler,
            is_new,
        } = match &participant.implementation.build {
            Build::Own(program) => {
                return own::build(&self.host, &self.folder, participant, program, tools).await;
            }
            Build::Cargo => self.cargo(participant, tools).await?,
            Build::Gcc => {
                self.c(
                    participant,
                    &tools.gcc.as_ref().map_err(Clone::clone)?.value,
                )
                .await?
            }
            Build::Clang => {
                self.c(
                    participant,
                    &tools.clang.as_ref().map_err(Clone::clone)?.value,
                )
                .await?
            }
        };
        let address = runner::address(&self.host, participant.target)?;
        runner.bring(&server).await?;
        if client != server {
            runner.bring(&client).await?;
        }
        let start = |program: &Path| runner.invocation(program).kill_with_parent(&self.host);
        Ok(Built {
            server: Some(Serving::ByContract(start(&server))),
            client: Some(Asking::ByContract(start(&client).reading_input())),
            compiler,
            runner: runner.describe().await,
            machine: runner.machine(),
            address,
            is_new,
        })
    }

    /// One C program plays both parts.
    async fn c(&self, participant: &Participant, compiler: &Compiler) -> anyhow::Result<Programs> {
        let version = compiler.version().await?;
        let sources = self.workspace()?.join("conformance/matrix/participants/c");
        let mut key = DefaultHasher::new();
        (&version, &C_FLAGS, format!("{compiler:?}")).hash(&mut key);
        let files = of_kind(&sources, &["c", "h"])
            .with_context(|| format!("cannot read {}", sources.display()))?;
        for file in &files {
            hash_tree(file, &mut key)?;
        }

        let place = Path::new("participants").join(participant.id.to_string());
        let kept = self.kept(&place, key.finish());
        let program = kept.join("sum");
        let is_new = !program.is_file();
        if !is_new {
            touch(&kept);
        } else {
            let scratch = self.scratch()?;
            let files = of_kind(&sources, &["c"])?;
            compiler
                .build(
                    &C_FLAGS,
                    &files,
                    scratch.path(),
                    &scratch.path().join("sum"),
                )
                .await?;
            keep(&scratch.path().join("sum"), &program)?;
        }
        Ok(Programs {
            server: program.clone(),
            client: program,
            compiler: version,
            is_new,
        })
    }

    async fn cargo(
        &self,
        participant: &Participant,
        tools: &TargetTools,
    ) -> anyhow::Result<Programs> {
        let place = Path::new("participants").join(participant.id.to_string());
        let RustBuilt {
            folder,
            compiler,
            is_new,
        } = self.rust(&PARTICIPANT, &place, tools).await?;
        Ok(Programs {
            server: folder.join("sumsrv"),
            client: folder.join("sumcli"),
            compiler,
            is_new,
        })
    }

    /// Builds the program whose instructions are counted, unless the same was built before.
    ///
    /// # Errors
    /// What is missing, or what the compiler said.
    pub async fn gauge(&self, tools: &TargetTools) -> anyhow::Result<RustBuilt> {
        let place = Path::new("gauges").join(&tools.target.name);
        self.rust(&GAUGE, &place, tools).await
    }

    async fn rust(
        &self,
        what: &RustPrograms,
        place: &Path,
        tools: &TargetTools,
    ) -> anyhow::Result<RustBuilt> {
        let workspace = self.workspace()?;
        let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
        let linker = gcc.linker();
        let std = tools.rust.as_ref().map_err(Clone::clone)?.value.clone();
        let version = format!("rustc {}", std.toolchain.release);
        let mut key = DefaultHasher::new();
        let sysroot = format!("{:?}", std.place.sysroot());
        (
            std.toolchain.identity(),
            sysroot,
            gcc.version().await?,
            format!("{linker:?}"),
            (what.flags)(tools.target),
        )
            .hash(&mut key);
        for source in ["Cargo.toml", "Cargo.lock"].iter().chain(what.sources) {
            hash_tree(&workspace.join(source), &mut key)
                .with_context(|| format!("cannot read {source}"))?;
        }

        let folder = self.kept(place, key.finish());
        let is_new = !what.names.iter().all(|name| folder.join(name).is_file());
        if !is_new {
            touch(&folder);
        } else {
            let std = build_std::build(std, tools.target).await?;
            // Held until its programs are copied: another checkout's would take their place.
            let _lock =
                lock::exclusive(&self.cargo_folder(&std, what).join(".crossum-lock")).await?;
            let built = self.cargo_build(&std, tools, linker, what).await?;
            for name in what.names {
                keep(&built.join(name), &folder.join(name))?;
            }
        }
        Ok(RustBuilt {
            folder,
            compiler: version,
            is_new,
        })
    }

    async fn cargo_build(
        &self,
        std: &RustStd,
        tools: &TargetTools,
        linker: &Linker,
        what: &RustPrograms,
    ) -> anyhow::Result<PathBuf> {
        let target_dir = self.cargo_folder(std, what);
        std.cargo(linker, (what.flags)(tools.target))
            .env("CARGO_TARGET_DIR", &target_dir)
            .args(["build", "--release", "--locked"])
            .args(what.names.iter().flat_map(|name| ["--package", name]))
            .args(["--target", &tools.target.name])
            .directory(self.workspace()?)
            .run(A_CARGO_BUILD)
            .await?;
        Ok(target_dir.join(&tools.target.name).join("release"))
    }

    fn workspace(&self) -> anyhow::Result<&Path> {
        let none = "this is built from a checkout of crossum, and none is here: run it in one, or name one in $CROSSUM_WORKSPACE";
        self.workspace.as_deref().context(none)
    }

    /// A folder for each compiler and its flags: they would rebuild over one another in one.
    fn cargo_folder(&self, std: &RustStd, what: &RustPrograms) -> PathBuf {
        let name = std.toolchain.identity() + what.suffix;
        self.folder.join("cargo").join(name)
    }

    fn kept(&self, place: &Path, key: u64) -> PathBuf {
        self.folder.join(place).join(format!("{key:016x}"))
    }

    fn scratch(&self) -> io::Result<tempfile::TempDir> {
        std::fs::create_dir_all(&self.folder)?;
        forget(&self.folder, A_DAY, |name| name.starts_with(".building-"));
        tempfile::Builder::new()
            .prefix(".building-")
            .tempdir_in(&self.folder)
    }

    /// Whether a participant's standard library is yet to be built, which takes most of a minute.
    pub fn is_slow(tools: &TargetTools, participant: &Participant) -> bool {
        participant.implementation.build == Build::Cargo
            && tools
                .rust
                .as_ref()
                .is_ok_and(|std| matches!(std.value.place, Place::ToBeBuilt { .. }))
    }
}

/// Marks what is kept as still in use.
fn touch(kept: &Path) {
    // Housekeeping: at worst it is built again some day.
    let _ = std::fs::File::open(kept).and_then(|folder| folder.set_modified(SystemTime::now()));
}

/// Removes what has not been touched for so long: what a killed run left, and what was built from sources of long ago.
fn forget(folder: &Path, untouched: Duration, which: impl Fn(&str) -> bool) {
    for entry in folder.read_dir().into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|data| data.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if which(&entry.file_name().to_string_lossy()) && age.is_some_and(|age| age > untouched) {
            // Housekeeping: what cannot be removed stays.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Puts a built file where it is kept, whole or not at all: another run may be doing the same.
fn keep(built: &Path, kept: &Path) -> anyhow::Result<()> {
    let folder = kept.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    forget(folder.parent().unwrap_or(folder), 7 * A_DAY, |_| true);
    let copy = tempfile::NamedTempFile::new_in(folder)?;
    std::fs::copy(built, copy.path())
        .with_context(|| format!("cannot keep {}", built.display()))?;
    copy.persist(kept)?;
    Ok(())
}

/// The files of a folder with one of these extensions, sorted.
fn of_kind(folder: &Path, extensions: &[&str]) -> io::Result<Vec<PathBuf>> {
    let entries = folder.read_dir()?.collect::<io::Result<Vec<_>>>()?;
    let is_of_kind = |path: &PathBuf| {
        let extension = path.extension().unwrap_or_default();
        extensions.iter().any(|wanted| extension == *wanted)
    };
    let mut files: Vec<_> = entries
        .iter()
        .map(std::fs::DirEntry::path)
        .filter(is_of_kind)
        .collect();
    files.sort();
    Ok(files)
}

/// Hashes the names and contents of all files below a folder, or of a file.
fn hash_tree(path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<_> = path.read_dir()?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            entry.file_name().hash(hasher);
            hash_tree(&entry.path(), hasher)?;
        }
        return Ok(());
    }
    std::fs::read(path)?.hash(hasher);
    Ok(())
}
