//! A type on all ABIs: what findings are made from.

use std::collections::BTreeMap;
use std::rc::Rc;

use layout::Abi;
use layout::Layouts;
use layout::dwarf::Place;
use layout::fit::Ambiguity;
use layout::types::{Type, TypeId, Types};

use super::anatomy::{Anatomy, Field, Whole};
use super::machine::Machine;

/// A type that was asked about.
#[derive(Clone, Debug)]
pub struct Subject {
    /// As its language writes it: `struct args`.
    pub name: String,
    /// Where it is declared, if that is known.
    pub declared: Option<Place>,
    /// What it is.
    pub kind: TypeId,
    /// What the input cannot decide.
    pub ambiguities: Vec<Ambiguity>,
    /// The text of its declaration is not the same everywhere: the line of an `#if` in it.
    pub conditional: Option<u64>,
}

/// A type on all ABIs.
pub struct Case<'a> {
    /// The type.
    pub subject: &'a Subject,
    /// What it is made of.
    pub types: &'a Types,
    /// How it lies, on each ABI once.
    pub on: Vec<On<'a>>,
}

/// A type on one ABI, and the machines that have it.
pub struct On<'a> {
    /// The ABI.
    pub abi: &'a Abi,
    /// The names of the machines, sorted.
    pub machines: Vec<&'a str>,
    /// How the type lies there: the same thing on all ABIs that place alike.
    pub anatomy: Rc<Result<Anatomy, Whole>>,
}

/// The layouts of all types, one [`Layouts`] for all ABIs that place alike.
pub struct Models<'a> {
    types: &'a Types,
    layouts: Vec<(Layouts<'a>, Vec<&'a Abi>)>,
    /// Of each ABI, by its name; sorted.
    machines: BTreeMap<&'a str, Vec<&'a str>>,
}

impl<'a> Models<'a> {
    /// For these types on these machines.
    pub fn new(types: &'a Types, machines: &[Machine<'a>]) -> Models<'a> {
        let mut names: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for machine in machines {
            let of_abi = names.entry(machine.abi.name()).or_default();
            of_abi.push(machine.name);
        }
        let alike = Abi::alike(machines.iter().map(|machine| machine.abi)).into_iter();
        let layouts = alike.filter_map(|abis| Some((Layouts::new(abis.first()?, types), abis)));
        Models {
            types,
            layouts: layouts.collect(),
            machines: names,
        }
    }

    /// A type on all of them.
    pub fn case(&self, subject: &'a Subject) -> Case<'a> {
        let mut on = Vec::new();
        for (layouts, abis) in &self.layouts {
            let anatomy = Rc::new(Anatomy::of(layouts, subject.kind));
            on.extend(abis.iter().map(|abi| On {
                abi,
                machines: self.machines.get(abi.name()).cloned().unwrap_or_default(),
                anatomy: Rc::clone(&anatomy),
            }));
        }
        on.sort_by_key(|on| on.abi.name());
        Case {
            subject,
            types: self.types,
            on,
        }
    }
}

impl<'a> Case<'a> {
    /// The ABIs on which its layout is known.
    pub fn known(&self) -> impl Iterator<Item = (&On<'a>, &Anatomy)> {
        self.on
            .iter()
            .filter_map(|on| Some((on, (*on.anatomy).as_ref().ok()?)))
    }

    /// The fields, each on every ABI where the layout is known.
    pub fn fields(&self) -> impl Iterator<Item = Vec<(&On<'a>, &Field)>> {
        let count = self.known().map(|(_, anatomy)| anatomy.fields.len());
        (0..count.max().unwrap_or(0)).map(|index| {
            let on = self.known();
            on.filter_map(|(on, anatomy)| Some((on, anatomy.fields.get(index)?)))
                .collect()
        })
    }

    /// The type of a field, without what only aligns it.
    pub fn kind(&self, field: &Field) -> Option<&'a Type> {
        let mut id = field.kind;
        // Bounded by the number of types: a name that renames itself is no field of a layout.
        loop {
            match self.types.get(id)? {
                Type::Aligned { of, .. } => id = *of,
                kind => return Some(kind),
            }
        }
    }
}
