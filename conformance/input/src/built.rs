//! The ABIs that an object's types are laid out on: its own as its compiler had it, and the others with the same options.

use std::collections::BTreeMap;

use layout::abi::Switch;
use layout::fit::{Fit, Own};
use layout::types::Types;
use layout::{Abi, Layouts};

use super::Machine;

/// The ABIs that are other than the rows of the table for the types of one build of an object, by the names of their rows.
#[derive(Clone, Debug, Default)]
pub struct Built {
    abis: BTreeMap<String, Abi>,
    own: String,
}

/// An ABI with these options.
pub(crate) fn with(abi: &Abi, switches: &[Switch]) -> Abi {
    let switches = switches.iter();
    switches.fold(abi.clone(), |abi, switch| abi.with_switch(*switch))
}

impl Built {
    /// Of each build of a fitted program.
    pub fn of(fit: &Fit, machines: &[Machine<'_>]) -> Vec<Built> {
        let of_build = |own: &Own| {
            let name = own.abi.name();
            let abis = machines.iter().filter_map(|machine| {
                let there = own.on(machine.abi);
                let is_other = there.name() == name || there != *machine.abi;
                is_other.then(|| (machine.abi.name().to_owned(), there))
            });
            // Its own machine may be looked at though nobody names it.
            let itself = (name.to_owned(), own.abi.clone());
            Built {
                abis: abis.chain([itself]).collect(),
                own: name.to_owned(),
            }
        };
        fit.own.iter().map(of_build).collect()
    }

    /// Of a source: `own` as its compiler had it, the others with those options of the build that are for every compiler.
    pub fn of_source(own: &Abi, switches: &[Switch], machines: &[Machine<'_>]) -> Vec<Built> {
        let abis = machines.iter().filter_map(|machine| {
            let there = match machine.abi.name() == own.name() {
                true => own.clone(),
                false => with(machine.abi, switches),
            };
            (there != *machine.abi).then(|| (machine.abi.name().to_owned(), there))
        });
        let abis: BTreeMap<String, Abi> = abis.collect();
        let is_usual = abis.is_empty();
        let built = Built {
            abis,
            own: String::new(),
        };
        if is_usual { Vec::new() } else { vec![built] }
    }

    /// The name of an object's own ABI; `None` of a source.
    pub fn own(&self) -> Option<&str> {
        Some(self.own.as_str()).filter(|own| !own.is_empty())
    }

    /// The layouts on each of them: on its own ABI every typedef of the object is what it is declared to be, and what is known nowhere else lies as the object says.
    pub fn layouts<'a>(&'a self, types: &'a Types) -> BTreeMap<&'a str, Layouts<'a>> {
        let layouts = |(name, abi): (&'a String, &'a Abi)| {
            let layouts = if *name == self.own {
                Layouts::where_read(abi, types)
            } else {
                Layouts::new(abi, types)
            };
            (name.as_str(), layouts)
        };
        self.abis.iter().map(layouts).collect()
    }
}
