//! The machines that a type is laid out for.

use std::collections::HashSet;
use std::sync::LazyLock;

use layout::{Abi, Abis};

/// A kind of machine: a target, or an ABI that no target here has and that can only be modelled.
#[derive(Clone, Debug)]
pub struct Machine<'a> {
    /// The target's name; the ABI's where there is no target.
    pub name: &'a str,
    /// Its ABI.
    pub abi: &'a Abi,
}

/// A machine's name as it is read in a list: `s390x` for `s390x-unknown-linux-gnu`.
pub fn short(name: &str) -> &str {
    name.split("-unknown-linux").next().unwrap_or(name)
}

/// Whether it is a target, that is built for and run, and not only modelled.
pub fn is_target(name: &str) -> bool {
    // Asked of every machine for every finding.
    static NAMES: LazyLock<HashSet<&str>> =
        LazyLock::new(|| cross::targets().map(|target| &*target.name).collect());
    NAMES.contains(name)
}

/// Every machine there is: the targets, then the ABIs without one; sorted by name.
pub fn machines(abis: &Abis) -> Vec<Machine<'_>> {
    let targets = cross::targets().filter_map(|target| {
        Some(Machine {
            name: &target.name,
            abi: abis.get(&target.abi)?,
        })
    });
    let has_target = |abi: &Abi| cross::targets().any(|target| target.abi == abi.name());
    let modelled = abis.iter().filter(|abi| !has_target(abi));
    let modelled = modelled.map(|abi| Machine {
        name: abi.name(),
        abi,
    });
    let mut machines: Vec<_> = targets.chain(modelled).collect();
    machines.sort_by_key(|machine| machine.name);
    machines
}
