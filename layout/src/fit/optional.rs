//! Types that an option of the compiler moved: elsewhere they are laid out with the same option, and whether it is given there nobody can tell.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::alternative::lie_alike;
use super::candidates::moves;
use super::{Ambiguity, Own, power};
use crate::abi::{Abi, Switch};
use crate::dwarf::Program;
use crate::layout::Layouts;
use crate::types::{Type, TypeId, Types};

/// All such types of a build, each with its ambiguity; `others` are as they are without options. An option that is given everywhere leaves nothing open.
pub(super) fn all(
    program: &Program,
    build: usize,
    own: &Own,
    others: &[&Abi],
    given: &[Switch],
) -> Vec<(TypeId, Ambiguity)> {
    let of_build = |id: &&TypeId| program.build_of(**id) == build;
    let types: Vec<TypeId> = program.observed.keys().filter(of_build).copied().collect();
    let mut ambiguities = Vec::new();
    let is_open = |switch: &&Switch| moves(**switch) && !given.contains(switch);
    for id in power::moved(program, build, own) {
        let others = others.iter().filter(|abi| abi.name() != own.abi.name());
        let abis = others.map(|abi| abi.name().to_owned()).collect();
        let why = why(Switch::AlignPower(true), program.builds.len());
        ambiguities.push((id, Ambiguity { why, abis }));
    }
    for &switch in own.switches.iter().filter(is_open) {
        let bare = match switch {
            Switch::PackStruct(_) => Some(unpacked(program, &types)),
            _ => None,
        };
        let without = bare.as_ref().unwrap_or(&program.types);
        let there = others.par_iter().filter(|abi| abi.name() != own.abi.name());
        let moved = there.flat_map_iter(|abi| {
            let rest = own
                .switches
                .iter()
                .filter(|&&other| other != switch && moves(other));
            let plain = rest.fold((*abi).clone(), |abi, &other| abi.with_switch(other));
            let moved = moved(&types, &program.types, &own.on(abi), without, &plain);
            moved.into_iter().map(|id| (id, abi.name().to_owned()))
        });
        let mut on: BTreeMap<TypeId, BTreeSet<String>> = BTreeMap::new();
        for (id, abi) in moved.collect::<Vec<_>>() {
            on.entry(id).or_default().insert(abi);
        }
        let why = why(switch, program.builds.len());
        ambiguities.extend(on.into_iter().map(|(id, abis)| {
            let why = why.clone();
            (id, Ambiguity { why, abis })
        }));
    }
    ambiguities
}

fn why(switch: Switch, builds: usize) -> String {
    let what = if builds > 1 {
        "one of the builds that are in this file"
    } else {
        "this file"
    };
    let words = switch.words();
    let had = match switch {
        Switch::Size(..) => format!("has a {words}, by an option of its compiler"),
        _ => format!("was built with `{words}`"),
    };
    format!("{what} {had}, and is laid out so: whether it is there, too, nothing tells")
}

/// The types that lie otherwise on one ABI than on another.
fn moved(types: &[TypeId], with: &Types, abi: &Abi, without: &Types, plain: &Abi) -> Vec<TypeId> {
    if abi == plain && std::ptr::eq(with, without) {
        return Vec::new();
    }
    let (with, without) = (Layouts::new(abi, with), Layouts::new(plain, without));
    let lies_otherwise = |id: &&TypeId| match (with.of(**id), without.of(**id)) {
        (Ok(one), Ok(other)) => !lie_alike(one, other),
        (one, other) => one.is_ok() != other.is_ok(),
    };
    types.iter().filter(lies_otherwise).copied().collect()
}

/// The types without what `-fpack-struct` did to every record.
fn unpacked(program: &Program, records: &[TypeId]) -> Types {
    let mut types = program.types.clone();
    for &id in records {
        if let Some(Type::Record(record)) = program.types.get(id) {
            let mut record = record.clone();
            (record.packed, record.pack) = (false, None);
            types.replace(id, Type::Record(record));
        }
    }
    types
}
