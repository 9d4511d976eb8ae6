//! Builds programs of this workspace for a target: the participant in Rust, and the gauge.

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
    /// Flags for rustc.
    flags: fn(&Target) -> &'static [&'static str],
    /// Distinguishes the folder from those of builds with other flags.
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

/// Builds `sumsrv` and `sumcli`, unless the same were built before.
pub(super) async fn participant(
    sources: &Sources,
    participant: &Participant,
    tools: &TargetTools,
) -> anyhow::Result<Programs> {
    let place = Path::new("participants").join(participant.id.to_string());
    let RustBuilt {
        folder,
        compiler,
        is_new,
    } = rust(sources, &PARTICIPANT, &place, tools).await?;
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
    let workspace = sources.workspace()?;
    let gcc = &tools.gcc.as_ref().map_err(Clone::clone)?.value;
    let linker = gcc.linker();
    let std = tools.rust.as_ref().map_err(Clone::clone)?.value.clone();
    let version = format!("rustc {}", std.toolchain.release);
    let mut key = Key::default();
    key.add(&[
        &std.toolchain.identity(),
        &format!("{:?}", std.place.sysroot()),
        &gcc.version().await?,
        &format!("{linker:?}"),
    ]);
    key.add((what.flags)(tools.target));
    for source in ["Cargo.toml", "Cargo.lock"].iter().chain(what.sources) {
        key.add_tree(&workspace.join(source))
            .with_context(|| format!("cannot read {source}"))?;
    }

    let folder = kept::folder(&sources.cache, place, key);
    let is_new = !kept::is_kept(&folder, what.names);
    if is_new {
        let std = build_std::build(std, tools.target).await?;
        // Until its programs are copied, another checkout would build its own in their place.
        let _lock =
            lock::exclusive(&cargo_folder(sources, &std, what).join(".crossum-lock")).await?;
        let built = cargo_build(sources, &std, tools, linker, what).await?;
        kept::keep(&sources.cache, &built, what.names, &folder)?;
    }
    Ok(RustBuilt {
        folder,
        compiler: version,
        is_new,
    })
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
        .args(["build", "--release", "--locked"])
        .args(what.names.iter().flat_map(|name| ["--package", name]))
        .args(["--target", &tools.target.name])
        .directory(sources.workspace()?)
        .run(CARGO_BUILD_TIMEOUT)
        .await?;
    Ok(target_dir.join(&tools.target.name).join("release"))
}

/// A folder for each compiler and its flags: in one folder they would rebuild over one another.
fn cargo_folder(sources: &Sources, std: &RustStd, what: &RustPrograms) -> PathBuf {
    let name = std.toolchain.identity() + what.suffix;
    sources.cache.join("cargo").join(name)
}
