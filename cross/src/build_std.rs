//! Builds Rust's standard library from a toolchain's `rust-src`, with `cargo -Z build-std`, into a sysroot that is kept.
//!
//! A sysroot, and not `-Z build-std` in every build: the 30 to 50 seconds are paid once per compiler and target, and everything after that is a plain build by a plain cargo.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::process::ProcessError;
use crate::rust_std::{Place, RustStd, Toolchain};
use crate::scratch::Scratch;
use crate::seal;
use crate::target::Target;

/// What may go wrong.
#[derive(Debug, thiserror::Error)]
pub enum BuildStdError {
    /// cargo failed.
    #[error(
        "the Rust standard library for {target} could not be built by Rust {release}: {source}"
    )]
    Cargo {
        /// The target.
        target: String,
        /// The compiler's release.
        release: String,
        /// What it said.
        source: ProcessError,
    },
    /// The file system failed.
    #[error("cannot keep the sysroot in {}: {source}", .folder.display())]
    Keep {
        /// Where it should be kept.
        folder: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

const MANIFEST: &str = r#"
[package]
name = "nothing"
version = "0.0.0"
edition = "2021"
[lib]
path = "lib.rs"
[workspace]
[profile.release]
# What `rustup target add` installs is built to unwind, too.
panic = "unwind"
"#;

/// What rustup's `rust-std` holds, and so what programs and tests expect of a sysroot.
const CRATES: &str = "std,panic_abort,proc_macro,test";

/// Builds the library if it is not there yet, or not as it was put there, and gives it with its place.
///
/// Several processes may do so at once: each builds in a folder of its own, and the first to finish is kept.
///
/// # Errors
/// [`BuildStdError`].
pub async fn build(std: RustStd, target: &Target) -> Result<RustStd, BuildStdError> {
    let sysroot = match std.place {
        Place::Toolchain | Place::Sysroot(_) => return Ok(std),
        Place::Kept { ref sysroot, .. } if seal::check(sysroot).is_ok() => return Ok(std),
        Place::Kept { sysroot, .. } | Place::ToBeBuilt { sysroot, .. } => sysroot,
    };
    let keep = |source| BuildStdError::Keep {
        folder: sysroot.clone(),
        source,
    };
    let parent = sysroot.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(keep)?;
    let scratch = Scratch::new_in(parent).map_err(keep)?;

    compile(&std.toolchain, target, scratch.path(), keep).await?;
    let staged = scratch.path().join("sysroot");
    stage(scratch.path(), &staged, target).map_err(keep)?;

    seal::put(&staged, &sysroot).map_err(|error| keep(io::Error::other(error)))?;
    Ok(RustStd {
        toolchain: std.toolchain,
        place: Place::Sysroot(sysroot),
    })
}

async fn compile(
    toolchain: &Toolchain,
    target: &Target,
    scratch: &Path,
    keep: impl Fn(io::Error) -> BuildStdError,
) -> Result<(), BuildStdError> {
    std::fs::write(scratch.join("Cargo.toml"), MANIFEST).map_err(&keep)?;
    std::fs::write(scratch.join("lib.rs"), "").map_err(&keep)?;
    toolchain
        // Marks the crates that std is made of as rustc's own business, as its own build does, so that a program's `libc` is never taken for std's.
        .cargo(&["-Zforce-unstable-if-unmarked".to_owned()])
        .env("__CARGO_DEFAULT_LIB_METADATA", "crossum-sysroot")
        // -Z on a stable compiler, for the one thing it is needed for.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .args([
            "build",
            "--release",
            "-Z",
            &format!("build-std={CRATES}"),
            "--target",
            &target.name,
        ])
        .directory(scratch)
        .run(Duration::from_secs(1800))
        .await
        .map(drop)
        .map_err(|source| BuildStdError::Cargo {
            target: target.name.clone(),
            release: toolchain.release.clone(),
            source,
        })
}

/// Puts the libraries where rustc looks for them below a sysroot.
fn stage(scratch: &Path, staged: &Path, target: &Target) -> io::Result<()> {
    let libraries = staged.join("lib/rustlib").join(&target.name).join("lib");
    std::fs::create_dir_all(&libraries)?;
    for entry in scratch
        .join("target")
        .join(&target.name)
        .join("release/deps")
        .read_dir()?
    {
        let path = entry?.path();
        let Some(name) = path.file_name() else {
            continue;
        };
        // The .rmeta files repeat what the .rlib files hold.
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
            && !name.to_string_lossy().starts_with("libnothing")
        {
            std::fs::rename(&path, libraries.join(name))?;
        }
    }
    Ok(())
}
