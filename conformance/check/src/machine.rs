//! The machines that a type is laid out for.

use std::collections::HashSet;
use std::sync::LazyLock;

use kit::names::{TARGETS, Unknown};
use layout::{Abi, Abis};

/// A kind of machine: a target, or an ABI that no target here has and that can only be modelled.
#[derive(Clone, Debug)]
pub struct Machine<'a> {
    /// The target's name; the ABI's where there is no target.
    pub name: &'a str,
    /// Its ABI.
    pub abi: &'a Abi,
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

/// Those that are left out when none is named, and why.
pub fn left_out<'a>(all: &[Machine<'a>], names: &[String]) -> Vec<(&'a str, &'a str)> {
    let apart = all.iter().filter(|_| names.is_empty());
    apart
        .filter_map(|machine| Some((machine.name, machine.abi.apart()?)))
        .collect()
}

/// The machines of these names; when none is named, all but those that stand apart (`apart` in abis.toml).
///
/// # Errors
/// A name that is neither a target's nor an ABI's.
pub fn named<'a>(all: &[Machine<'a>], names: &[String]) -> Result<Vec<Machine<'a>>, Unknown> {
    let is =
        |machine: &Machine<'_>, name: &String| machine.name == name || machine.abi.name() == name;
    if let Some(name) = names
        .iter()
        .find(|name| !all.iter().any(|machine| is(machine, name)))
    {
        let names = all
            .iter()
            .flat_map(|machine| [machine.name, machine.abi.name()]);
        return Err(Unknown::new("target or ABI", name, names, TARGETS));
    }
    let wanted = |machine: &&Machine<'_>| match names {
        [] => machine.abi.apart().is_none(),
        names => names.iter().any(|name| is(machine, name)),
    };
    Ok(all.iter().filter(wanted).cloned().collect())
}
