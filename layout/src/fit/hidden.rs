//! Alignments that a file does not tell: a record that nothing shows to be aligned to more than its members may be so all the same.
//!
//! The least alignment is what such a record is laid out with, here and elsewhere. Where more would move something, the type is ambiguous; where it would not, only the alignment is not known.

use std::collections::{BTreeMap, BTreeSet};

use object::Architecture;
use rayon::prelude::*;

use super::alternative::{Alternatives, lie_alike};
use super::{Alignments, Ambiguity, Own, power, record};
use crate::abi::{Abi, Scalar};
use crate::dwarf::{Processor, Program, Tells};
use crate::layout::{Alike, Layout, Layouts};
use crate::types::{Record, Type, TypeId, Types};

/// What more alignment would do on an ABI.
#[derive(Default)]
struct Differing {
    /// The records that would lie otherwise.
    moved: BTreeSet<TypeId>,
    /// Those that would only be aligned otherwise.
    untold: BTreeSet<TypeId>,
}

/// Notes in the types of a program which alignments are not known on which ABI, and finds the records that would lie otherwise.
pub(super) fn put(
    program: &mut Program,
    own: &[Own],
    others: &[&Abi],
    reported: &Alignments,
    alternatives: &Alternatives,
) -> Vec<(TypeId, Ambiguity)> {
    let mut ambiguities: BTreeMap<TypeId, BTreeSet<String>> = BTreeMap::new();
    let mut most: BTreeMap<TypeId, u64> = BTreeMap::new();
    for (build, own) in own.iter().enumerate() {
        let moved = power::moved(program, build, own);
        program.types.put_untold(own.abi.name(), moved);
        let hidden = all(program, build, own, reported);
        let around = around(program, build, &hidden);
        let readings = program.observed.keys().filter_map(|id| {
            let readings = alternatives.get(id)?.iter();
            let readings = readings.filter(|reading| reading.may_align);
            let readings: Vec<TypeId> = readings.map(|reading| reading.id).collect();
            (program.build_of(*id) == build && !readings.is_empty()).then_some((*id, readings))
        });
        let readings: Vec<(TypeId, Vec<TypeId>)> = readings.collect();
        if around.is_empty() && readings.is_empty() {
            continue;
        }
        let aligned = with(&program.types, &hidden);
        let differing = |layouts: &Layouts<'_>, aligned: &Layouts<'_>| {
            let mut found = differing(layouts, aligned, &around);
            found.untold.extend(differing_readings(layouts, &readings));
            found
        };
        let here = differing(
            &Layouts::as_declared(&own.abi, &program.types),
            &Layouts::as_declared(&own.abi, &aligned),
        );
        let there = others.iter().filter(|abi| abi.name() != own.abi.name());
        let abis: Vec<Abi> = there.map(|abi| own.on(abi)).collect();
        let of_readings = readings
            .iter()
            .flat_map(|(id, readings)| readings.iter().chain([id]));
        let asked = around.iter().chain(of_readings).copied();
        let firsts = Alike::new(&abis, &program.types).firsts(asked);
        let there: Vec<(usize, &Abi)> = abis.iter().enumerate().collect();
        let there = there
            .par_iter()
            .filter(|(place, _)| firsts.get(*place) == Some(place));
        let there = there.map(|&(first, abi)| {
            let found = differing(
                &Layouts::new(abi, &program.types),
                &Layouts::new(abi, &aligned),
            );
            (first, found)
        });
        let there: Vec<(usize, Differing)> = there.collect();
        program.types.put_untold(own.abi.name(), here.untold);
        for (first, Differing { moved, untold }) in there {
            let alike = abis
                .iter()
                .zip(firsts.iter())
                .filter(|(_, of)| **of == first);
            for (abi, _) in alike {
                for &id in moved.iter().filter(|id| !has_one_of(program, **id, &moved)) {
                    let abis = ambiguities.entry(id).or_default();
                    abis.insert(abi.name().to_owned());
                }
                program.types.put_untold(abi.name(), untold.clone());
            }
        }
        most.extend(hidden);
    }
    let ambiguities = ambiguities.into_iter().map(|(id, abis)| {
        let why = match most.get(&id) {
            Some(most) => format!("aligned({most}), or not: nothing in the file tells"),
            None => "how what is in it is aligned: nothing in the file tells".to_owned(),
        };
        (id, Ambiguity { why, abis })
    });
    ambiguities.collect()
}

/// The records of a build that may be aligned to more than their members, and to how much at most.
fn all(program: &Program, build: usize, own: &Own, reported: &Alignments) -> BTreeMap<TypeId, u64> {
    let tells = program.builds.get(build).map(|build| build.tells);
    let hides: fn(&Abi, &Layout<'_>) -> Option<u64> = match tells {
        Some(Tells::Nothing) => of_any,
        Some(Tells::AsGcc) if moves_only_aligned(program) => of_integers,
        _ => return BTreeMap::new(),
    };
    let layouts = Layouts::as_declared(&own.abi, &program.types);
    let of_build = program.observed.iter();
    let of_build = of_build.filter(|(id, _)| program.build_of(**id) == build);
    let hidden = of_build.clone().filter_map(|(&id, observed)| {
        let is_told = observed.align.is_some() || is_reported(program, id, reported);
        record(program, id).filter(|_| !is_told)?;
        Some((id, hides(&own.abi, layouts.of(id).ok()?)?))
    });
    let mut hidden: BTreeMap<TypeId, u64> = hidden.collect();
    // What a record is in shows that it is aligned to no more than the place allows.
    for (&id, _) in of_build {
        let (Some((record, _)), Ok(layout)) = (record(program, id), layouts.of(id)) else {
            continue;
        };
        for (member, placed) in record.members.iter().zip(&layout.members) {
            let part = aligning(&program.types, member.kind);
            let (Some(most), Some(octet)) = (hidden.get_mut(&part), placed.offset()) else {
                continue;
            };
            let fits = 1 << (octet | layout.size).trailing_zeros().min(16);
            let is_packed = record.packed || member.packed;
            let is_cut = record.pack.is_some_and(|pack| u64::from(pack) <= fits);
            if layout.size > 0 && !is_packed && !is_cut {
                *most = fits.min(*most);
            }
        }
    }
    hidden.retain(|id, most| layouts.of(*id).is_ok_and(|layout| *most > layout.align));
    hidden
}

/// The type whose alignment a member of this type has, if nothing else is asked for.
fn aligning(types: &Types, mut id: TypeId) -> TypeId {
    while let Some(
        Type::Array { element: of, .. } | Type::Library { of, .. } | Type::Ordered { of, .. },
    ) = types.get(id)
    {
        id = *of;
    }
    id
}

/// These records of a build, and those that they are in.
fn around(program: &Program, build: usize, hidden: &BTreeMap<TypeId, u64>) -> BTreeSet<TypeId> {
    let mut around: BTreeSet<TypeId> = hidden.keys().copied().collect();
    // What a reader adds of a record's parts comes before the record.
    let records = program.observed.keys();
    for &id in records.filter(|id| !hidden.is_empty() && program.build_of(**id) == build) {
        if has_one_of(program, id, &around) {
            around.insert(id);
        }
    }
    around
}

fn has_one_of(program: &Program, id: TypeId, of: &BTreeSet<TypeId>) -> bool {
    let record = record(program, id);
    let mut members = record.iter().flat_map(|(record, _)| &record.members);
    members.any(|member| of.contains(&aligning(&program.types, member.kind)))
}

/// The types, with as much alignment as there may be.
fn with(types: &Types, hidden: &BTreeMap<TypeId, u64>) -> Types {
    let mut types = types.clone();
    for (&id, &most) in hidden {
        if let (Some(Type::Record(record)), Ok(most)) = (types.get(id), u32::try_from(most)) {
            let aligned = record.aligned.max(Some(most));
            let record = Record {
                aligned,
                ..record.clone()
            };
            types.replace(id, Type::Record(record));
        }
    }
    types
}

fn differing(layouts: &Layouts<'_>, aligned: &Layouts<'_>, around: &BTreeSet<TypeId>) -> Differing {
    let mut found = Differing::default();
    for &id in around {
        let (Ok(one), Ok(other)) = (layouts.of(id), aligned.of(id)) else {
            continue;
        };
        if !lie_alike(one, other) {
            found.moved.insert(id);
        } else if one.align != other.align {
            found.untold.insert(id);
        }
    }
    found
}

/// The records that lie alike and are aligned otherwise in another reading.
fn differing_readings<'r>(
    layouts: &'r Layouts<'_>,
    readings: &'r [(TypeId, Vec<TypeId>)],
) -> impl Iterator<Item = TypeId> + 'r {
    let differs = move |(id, readings): &&(TypeId, Vec<TypeId>)| {
        let Ok(taken) = layouts.of(*id) else {
            return false;
        };
        let mut others = readings.iter().filter_map(|of| layouts.of_one(*of).ok());
        others.any(|other| other.align != taken.align)
    };
    readings.iter().filter(differs).map(|(id, _)| *id)
}

/// Whether a compiler or the source told the alignment of a record.
fn is_reported(program: &Program, id: TypeId, reported: &Alignments) -> bool {
    let Some((record, _)) = record(program, id) else {
        return false;
    };
    let shown = |aligned: &BTreeSet<TypeId>| {
        !aligned.contains(&id) || reported.aligned_to.get(&id).copied() == record.aligned
    };
    reported.records.contains_key(&id) || reported.aligned.as_ref().is_some_and(shown)
}

/// The most that a record can be aligned to where nothing is told: what divides its size.
fn of_any(_: &Abi, layout: &Layout<'_>) -> Option<u64> {
    let most = 1 << layout.size.trailing_zeros().min(16);
    (layout.size > 0 && most > layout.align).then_some(most)
}

/// The same where GCC takes a record for an integer: [`Tells::AsGcc`].
fn of_integers(abi: &Abi, layout: &Layout<'_>) -> Option<u64> {
    let scalars = [Scalar::Short, Scalar::Int, Scalar::Long, Scalar::LongLong];
    let scalars = scalars.map(|scalar| Some((abi.size(scalar), abi.align(scalar))));
    let widest = abi.int128().map(|extent| (extent.size, extent.align));
    let is_one = |(size, align): (usize, usize)| {
        size == align && u64::try_from(size) == Ok(layout.size) && layout.size > layout.align
    };
    let mut integers = scalars.into_iter().chain([widest]).flatten();
    integers.any(is_one).then_some(layout.size)
}

/// Whether GCC takes a program's machine for one that accesses only what is aligned (`STRICT_ALIGNMENT` in its config/).
fn moves_only_aligned(program: &Program) -> bool {
    use Architecture::{
        Aarch64, Aarch64_Ilp32, I386, M68k, PowerPc, PowerPc64, S390x, X86_64, X86_64_X32,
    };
    let asked = |producer: &String| producer.contains("-mstrict-align");
    let moves_any = match program.machine.processor {
        Processor::Known(known) => matches!(
            known,
            Aarch64
                | Aarch64_Ilp32
                | I386
                | M68k
                | PowerPc
                | PowerPc64
                | S390x
                | X86_64
                | X86_64_X32
        ),
        Processor::S390 => true,
        Processor::Arc | Processor::Or1k => false,
    };
    !moves_any || program.producers.iter().any(asked)
}
