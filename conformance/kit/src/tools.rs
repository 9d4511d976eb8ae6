//! The tools of this machine: what was found to build and run with.

use std::collections::{BTreeMap, BTreeSet};

use cross::rust_std::{self, Toolchain};
use cross::{Host, Target, TargetTools};
use layout::Abis;

/// The tools of this machine, for the targets of a run.
pub struct Tools {
    /// This machine.
    pub host: Host,
    /// For each target, by name.
    pub by_target: BTreeMap<String, TargetTools>,
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
        Tools::with_toolchains(host, abis, targets, &toolchains)
    }

    /// Looks for the tools of these targets. Rust is one of these toolchains.
    ///
    /// # Errors
    /// A target whose ABI the table does not have.
    pub fn with_toolchains(
        host: Host,
        abis: &Abis,
        targets: &BTreeSet<&'static str>,
        toolchains: &[Toolchain],
    ) -> anyhow::Result<Tools> {
        let mut by_target = BTreeMap::new();
        for name in targets {
            let target: &'static Target = cross::target(name)?;
            let target_tools =
                TargetTools::find(&host, toolchains, abis, target).ok_or_else(|| {
                    anyhow::anyhow!(
                        "the ABI table has no row `{}`, which {name} needs",
                        target.abi
                    )
                })?;
            by_target.insert(target.name.clone(), target_tools);
        }
        Ok(Tools { host, by_target })
    }
}
