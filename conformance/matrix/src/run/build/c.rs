//! Builds the C participant: one program that plays both parts.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::compiler::Compiler;

use super::kept;
use super::key::Key;
use super::sources::{Programs, Sources};
use crate::participant::Participant;

const C_FLAGS: [&str; 5] = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror"];

const PROGRAM: &str = "sum";

/// Builds it, unless the same was built before.
pub(super) async fn build(
    sources: &Sources,
    participant: &Participant,
    compiler: &Compiler,
) -> anyhow::Result<Programs> {
    let version = compiler.version().await?;
    let code = sources
        .workspace()?
        .join("conformance/matrix/participants/c");
    let mut key = Key::default();
    key.add(&[&version, &format!("{compiler:?}")]);
    key.add(&C_FLAGS);
    let files =
        of_kind(&code, &["c", "h"]).with_context(|| format!("cannot read {}", code.display()))?;
    for file in &files {
        key.add_tree(file)?;
    }

    let place = Path::new("participants").join(participant.id.to_string());
    let folder = kept::folder(&sources.cache, &place, key);
    let program = folder.join(PROGRAM);
    let is_new = !kept::is_kept(&folder, &[PROGRAM]);
    if is_new {
        let scratch = kept::scratch(&sources.cache)?;
        let files = of_kind(&code, &["c"])?;
        compiler
            .build(
                &C_FLAGS,
                &files,
                scratch.path(),
                &scratch.path().join(PROGRAM),
            )
            .await?;
        kept::keep(&sources.cache, scratch.path(), &[PROGRAM], &folder)?;
    }
    Ok(Programs {
        server: program.clone(),
        client: program,
        compiler: version,
        is_new,
    })
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
