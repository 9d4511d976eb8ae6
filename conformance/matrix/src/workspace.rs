//! The checkout that the participants are built from.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cross::{Host, trust};

/// Where the participants' sources are: `$CROSSUM_WORKSPACE`, else the checkout around the current folder, else the one this program was built from.
///
/// # Errors
/// There is none; or it is another user's ([`trust`]).
pub fn workspace(host: &Host) -> anyhow::Result<PathBuf> {
    let none = "the sums' programs are built from their sources, which are not here: run this in a checkout of crossum, or name one in $CROSSUM_WORKSPACE";
    workspace_if_any(host)?.context(none)
}

/// The same for what has something to say without them, too; `None` where there are none.
///
/// # Errors
/// `$CROSSUM_WORKSPACE` names something else, or they are another user's ([`trust`]).
pub fn workspace_if_any(host: &Host) -> anyhow::Result<Option<PathBuf>> {
    let found = find(host)?;
    if let Some(found) = &found {
        trust::check_project(found, host)?;
    }
    Ok(found)
}

fn find(host: &Host) -> anyhow::Result<Option<PathBuf>> {
    let is_workspace = |folder: &Path| {
        folder.join("conformance/matrix/participants/c").is_dir()
            && folder.join("sumsrv/Cargo.toml").is_file()
    };
    if let Some(folder) = host.variable("CROSSUM_WORKSPACE").map(PathBuf::from) {
        anyhow::ensure!(
            is_workspace(&folder),
            "$CROSSUM_WORKSPACE is {}, which is not a checkout of crossum (no sumsrv/, no conformance/matrix/participants/c/)",
            folder.display()
        );
        return Ok(Some(folder));
    }
    let here = std::env::current_dir().unwrap_or_default();
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or(Path::new("/"));
    let mut folders = here.ancestors().chain([built_from]);
    Ok(folders
        .find(|folder| is_workspace(folder))
        .map(Path::to_path_buf))
}
