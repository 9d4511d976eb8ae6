//! What was found on this machine to build and run with.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cross::{Abis, Host, Kit, Target, rust_std};

/// The tools of this machine, for the targets of a run.
pub struct Bench {
    /// This machine.
    pub host: Host,
    /// For each target, by name.
    pub kits: BTreeMap<String, Kit>,
}

impl Bench {
    /// Looks for the tools of these targets.
    ///
    /// # Errors
    /// A target whose ABI the table does not have.
    pub async fn find(
        host: Host,
        abis: &Abis,
        targets: &BTreeSet<&'static str>,
    ) -> anyhow::Result<Bench> {
        let toolchains = rust_std::toolchains(&host).await;
        let mut kits = BTreeMap::new();
        for name in targets {
            let target: &'static Target = cross::target(name)?;
            let kit = Kit::find(&host, &toolchains, abis, target).ok_or_else(|| {
                anyhow::anyhow!(
                    "the ABI table has no row `{}`, which {name} needs",
                    target.abi
                )
            })?;
            kits.insert(target.name.clone(), kit);
        }
        Ok(Bench { host, kits })
    }
}

/// Where the participants' sources are: `$CROSSUM_WORKSPACE`, else the checkout around the current folder, else the one this program was built from.
///
/// # Errors
/// There is none.
pub fn workspace(host: &Host) -> anyhow::Result<PathBuf> {
    let is_workspace = |folder: &Path| {
        folder.join("conformance/participants/c").is_dir()
            && folder.join("sumsrv/Cargo.toml").is_file()
    };
    if let Some(folder) = host.variable("CROSSUM_WORKSPACE").map(PathBuf::from) {
        anyhow::ensure!(
            is_workspace(&folder),
            "$CROSSUM_WORKSPACE is {}, which is not a checkout of crossum (no sumsrv/, no conformance/participants/c/)",
            folder.display()
        );
        return Ok(folder);
    }
    let here = std::env::current_dir().unwrap_or_default();
    let built_from = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("/"));
    here.ancestors().chain([built_from]).find(|folder| is_workspace(folder)).map(Path::to_path_buf).ok_or_else(|| {
        anyhow::anyhow!(
            "the participants' sources are not here: run this in a checkout of crossum, or name one in $CROSSUM_WORKSPACE"
        )
    })
}
