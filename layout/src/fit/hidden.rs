//! Alignments that a file does not tell: a record that nothing shows to be aligned to more than its members may be so all the same.
//!
//! The least alignment is what such a record is laid out with, here and elsewhere; what it has is not known.

use std::collections::{BTreeMap, BTreeSet};

use object::Architecture;

use super::{Alignments, Own, innermost, record};
use crate::abi::{Abi, Scalar};
use crate::dwarf::{Processor, Program, Tells};
use crate::layout::{Layout, Layouts};
use crate::types::{Record, TypeId};

/// Puts them into the types of a program.
pub(super) fn put(program: &mut Program, own: &[Own], reported: &Alignments) {
    // What a reader adds of a record's parts comes before the record.
    let mut hidden: BTreeMap<TypeId, u64> = BTreeMap::new();
    for (build, own) in own.iter().enumerate() {
        let tells = program.builds.get(build).map(|build| build.tells);
        let hides: fn(&Abi, &Layout<'_>) -> Option<u64> = match tells {
            Some(Tells::Nothing) => of_any,
            Some(Tells::AsGcc) if moves_only_aligned(program) => of_integers,
            _ => continue,
        };
        let layouts = Layouts::as_declared(&own.abi, &program.types);
        for (&id, observed) in &program.observed {
            let is_told = observed.align.is_some() || is_reported(program, id, reported);
            if is_told || program.build_of(id) != build {
                continue;
            }
            let (Some((record, _)), Ok(layout)) = (record(program, id), layouts.of(id)) else {
                continue;
            };
            let of_part = || of_parts(program, record, layout, &hidden);
            if let Some(most) = hides(&own.abi, layout).or_else(of_part) {
                hidden.insert(id, most);
            }
        }
    }
    for id in hidden.into_keys() {
        program.types.put_may_be_aligned(id);
    }
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

/// The most that a part of a record can be aligned to, where the part lies so and it is more than the record is aligned to.
fn of_parts(
    program: &Program,
    record: &Record,
    layout: &Layout<'_>,
    hidden: &BTreeMap<TypeId, u64>,
) -> Option<u64> {
    let members = record.members.iter().zip(&layout.members);
    let of_parts = members.filter_map(|(member, placed)| {
        let most = *hidden.get(&innermost(program, member.kind))?;
        let fits = placed.bit_offset.is_multiple_of(8 * most) && layout.size.is_multiple_of(most);
        (fits && most > layout.align).then_some(most)
    });
    of_parts.max()
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
