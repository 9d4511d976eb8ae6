//! The tools of this machine: what was found to build and run with.

use std::collections::{BTreeMap, BTreeSet};

use cross::{Host, Kit, Target, rust_std};
use layout::Abis;

/// The tools of this machine, for the targets of a run.
pub struct Tools {
    /// This machine.
    pub host: Host,
    /// For each target, by name.
    pub kits: BTreeMap<String, Kit>,
}

impl Tools {
    /// Looks for the tools of these targets.
    ///
    /// # Errors
    /// A target whose ABI the table does not have.
    pub async fn find(
        host: Host,
        abis: &Abis,
        targets: &BTreeSet<&'static str>,
    ) -> anyhow::Result<Tools> {
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
        Ok(Tools { host, kits })
    }
}
