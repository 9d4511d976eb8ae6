//! Builds programs of this workspace for a target: the participant in Rust, the gauge, and the two programs around the participant's libraries.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use cross::compiler::Linker;
use cross::rust_std::RustStd;
use cross::{Target, TargetTools, build_std, counting};

use super::key::Key;
use super::sources::{Programs, Sources};
use super::{kept, lock};
use crate::participant::Participant;

const CARGO_BUILD_TIMEOUT: Duration = Duration::from_secs(1800);

/// Programs of this workspace that were built.
pub struct RustBuilt {
    /// Where they are kept, by their names.
    pub folder: PathBuf,
    /// What compiled them.
    pub compiler: String,
    is_new: bool,
}

/// Programs of this workspace, each in a package of its name.
struct RustPrograms {
    names: &'static [&'static str],
    /// What they are made from, besides the workspace's own manifest and lock file.
    sources: &'static [&'static str],
    /// The profile of the workspace's manifest by which they are built; its folder has the same name.
    profile: &'static str,
    /// Flags for rustc.
    flags: fn(&Target) -> &'static [&'static str],
    /// Distinguishes the folder from those of builds with other flags.
    suffix: &'static str,
}

/// What the participant and the programs are made from.
const SUMS: [&str; 8] = [
    "proto/Cargo.toml",
    "proto/src",
    "sumsrv/Cargo.toml",
    "sumsrv/src",
    "sumcli/Cargo.toml",
    "sumcli/src",
    "participant/Cargo.toml",
    "participant/src",
];

const PROGRAM: &str = "participant";

const PARTICIPANT: RustPrograms = RustPrograms {
    names: &[PROGRAM],
    sources: &SUMS,
    profile: "participant",
    flags: |_| &[],
    suffix: "",
};

const PROGRAMS: RustPrograms = RustPrograms {
    names: &["sumsrv", "sumcli"],
    sources: &SUMS,
    profile: "release",
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
    profile: "counted",
    flags: counting::rust_flags,
    suffix: "-counted",
};

/// Builds the participant, unless the same was built before.
pub(super) async fn participant(
    sources: &Sources,
    participant: &Participant,
    tools: &TargetTools,
) -> anyhow::Result<Programs> {
    let place = participant_place(participant);
    let built = rust(sources, &PARTICIPANT, &place, tools).await?;
    Ok(of_participant(participant, built))
}

/// The participant, if the same was built before.
pub(super) async fn kept_participant(
    sources: &Sources,
    participant: &Participant,
    tools: &TargetTools,
) -> anyhow::Result<Option<Programs>> {
    let place = participant_place(participant);
    let wanted = Wanted::new(sources, &PARTICIPANT, &place, tools).await?;
    let kept = wanted.kept();
    Ok(kept.map(|built| of_participant(participant, built)))
}

fn participant_place(participant: &Participant) -> PathBuf {
    Path::new("participants").join(participant.id.to_string())
}

fn of_participant(participant: &Participant, built: RustBuilt) -> Programs {
    let program = built.folder.join(participant.target.file_of(PROGRAM));
    Programs {
        server: program.clone(),
        client: program,
        compiler: built.compiler,
        is_new: built.is_new,
    }
}

/// Builds `sumsrv` and `sumcli`, unless the same were built before.
///
/// # Errors
/// What is missing, or what the compiler said.
pub(super) async fn programs(sources: &Sources, tools: &TargetTools) -> anyhow::Result<RustBuilt> {
    let place = Path::new("programs").join(&tools.target.name);
    rust(sources, &PROGRAMS, &place, tools).await
}

/// Builds the program whose instructions are counted, unless the same was built before.
///
/// # Errors
/// What is missing, or what the compiler said.
pub(super) async fn gauge(sources: &Sources, tools: &TargetTools) -> anyhow::Result<RustBuilt> {
    let place = Path::new("gauges").join(&tools.target.name);
    rust(sources, &GAUGE, &place, tools).await
}

async fn rust(
    sources: &Sources,
    what: &RustPrograms,
    place: &Path,
    tools: &TargetTools,
) -> anyhow::Result<RustBuilt> {
    let wanted = Wanted::new(sources, what, place, tools).await?;
    match wanted.kept() {
        Some(kept) => Ok(kept),
        None => wanted.build(sources, tools).await,
    }
}

/// Programs of this content, which may have been built before.
struct Wanted<'a> {
    what: &'a RustPrograms,
    std: RustStd,
    linker: &'a Linker,
    /// Its files.
    files: Vec<String>,
    /// Where they are kept.
    folder: PathBuf,
}

impl<'a> Wanted<'a> {
    async fn new(
        sources: &Sources,
        what: &'a RustPrograms,
        place: &Path,
        tools: &'a TargetTools,
    ) -> anyhow::Result<Wanted<'a>> {
        let workspace = sources.workspace()?;
        let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
        let linker = gcc.linker();
        let std = tools.rust.as_ref().map_err(Clone::clone)?.value.clone();
        let mut key = Key::default();
        key.add(&[
            &std.toolchain.identity(),
            &format!("{:?}", std.place.sysroot()),
            &gcc.version().await?,
            &format!("{linker:?}"),
        ]);
        key.add((what.flags)(tools.target));
        key.add(&[what.profile]);
        for source in ["Cargo.toml", "Cargo.lock"].iter().chain(what.sources) {
            key.add_tree(&workspace.join(source))
                .with_context(|| format!("cannot read {source}"))?;
        }
        Ok(Wanted {
            what,
            std,
            linker,
            files: what
                .names
                .iter()
                .map(|name| tools.target.file_of(name))
                .collect(),
            folder: kept::folder(&sources.cache, place, key),
        })
    }

    fn files(&self) -> Vec<&str> {
        self.files.iter().map(String::as_str).collect()
    }

    /// What was built before, if all of it was.
    fn kept(&self) -> Option<RustBuilt> {
        kept::is_kept(&self.folder, &self.files()).then(|| self.built(false))
    }

    async fn build(&self, sources: &Sources, tools: &TargetTools) -> anyhow::Result<RustBuilt> {
        let std = build_std::build(self.std.clone(), tools.target).await?;
        // Until its programs are copied, another checkout would build its own in their place.
        let cargo_folder = cargo_folder(sources, &std, self.what);
        let _lock = lock::exclusive(&cargo_folder.join(".crossum-lock")).await?;
        let built = cargo_build(sources, &std, tools, self.linker, self.what).await?;
        kept::keep(&sources.cache, &built, &self.files(), &self.folder)?;
        Ok(self.built(true))
    }

    fn built(&self, is_new: bool) -> RustBuilt {
        RustBuilt {
            folder: self.folder.clone(),
            compiler: format!("rustc {}", self.std.toolchain.release),
            is_new,
        }
    }
}

async fn cargo_build(
    sources: &Sources,
    std: &RustStd,
    tools: &TargetTools,
    linker: &Linker,
    what: &RustPrograms,
) -> anyhow::Result<PathBuf> {
    let target_dir = cargo_folder(sources, std, what);
    std.cargo(linker, (what.flags)(tools.target))
        .env("CARGO_TARGET_DIR", &target_dir)
        .args(["build", "--locked", "--profile", what.profile])
        .args(what.names.iter().flat_map(|name| ["--package", name]))
        .args(["--target", &tools.target.name])
        .directory(sources.workspace()?)
        .run(CARGO_BUILD_TIMEOUT)
        .await?;
    Ok(target_dir.join(&tools.target.name).join(what.profile))
}

/// A folder for each compiler and its flags: in one folder they would rebuild over one another.
fn cargo_folder(sources: &Sources, std: &RustStd, what: &RustPrograms) -> PathBuf {
    let name = std.toolchain.identity() + what.suffix;
    sources.cache.join("cargo").join(name)
}
