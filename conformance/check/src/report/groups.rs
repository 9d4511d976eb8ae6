//! Groups of machines between which a type is the same, named in words: *64-bit little-endian*.

use input::machine::{order, short};
use layout::Abi;
use layout::abi::Scalar;

use crate::Checked;

/// An island, as it is told.
pub(super) struct Group<'a> {
    /// In words; of one machine, its name.
    pub(super) name: String,
    /// Those first that people have.
    pub(super) machines: Vec<&'a str>,
}

/// The islands of a type, that of the machine that people know best first.
pub(super) fn of<'a>(checked: &Checked<'a>) -> Vec<Group<'a>> {
    let mut islands = checked.islands.clone();
    for island in &mut islands {
        island.sort_by_cached_key(|name| order(name));
    }
    islands.sort_by_cached_key(|island| island.first().map(|name| order(name)));
    let words: Vec<String> = islands
        .iter()
        .map(|island| words(checked, island))
        .collect();
    let groups = islands.into_iter().zip(&words).map(|(machines, own)| {
        let alike = words.iter().filter(|other| *other == own).count();
        let first = machines.first().map(|name| short(name)).unwrap_or_default();
        Group {
            name: match (machines.len(), alike) {
                (1, _) => first.into_owned(),
                (_, 1) => own.clone(),
                _ => format!("{own} like {first}"),
            },
            machines,
        }
    });
    groups.collect()
}

impl Group<'_> {
    /// `aarch64 +11`; nothing where the name is a machine's.
    pub(super) fn representative(&self) -> String {
        match self.machines.as_slice() {
            [] | [_] => String::new(),
            [first, others @ ..] => format!("{} +{}", short(first), others.len()),
        }
    }
}

/// What the machines have in common.
fn words(checked: &Checked<'_>, island: &[&str]) -> String {
    let on = checked.case.on.iter();
    let abis = on.filter(|on| on.machines.iter().any(|name| island.contains(name)));
    let abis: Vec<&Abi> = abis.map(|on| on.abi).collect();
    let one = |of: &dyn Fn(&Abi) -> String| {
        let mut all: Vec<String> = abis.iter().map(|abi| of(abi)).collect();
        all.sort();
        all.dedup();
        match all.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        }
    };
    let bits = one(&|abi| format!("{}-bit", 8 * abi.size(Scalar::Pointer)));
    let order = one(&|abi| format!("{}-endian", abi.byte_order()));
    match (bits, order) {
        (Some(bits), Some(order)) => format!("{bits} {order}"),
        (None, Some(only)) | (Some(only), None) => only,
        (None, None) => "all kinds".to_owned(),
    }
}
