//! Types about which something is undecided whatever reading was taken.

use std::collections::{BTreeSet, HashMap};

use super::{Alignments, Ambiguity, innermost, record, rules};
use crate::abi::{Abi, BitFieldPacking, Dialect, EnumRule, Switch};
use crate::dwarf::{Processor, Program};
use crate::layout::Layouts;
use crate::types::{Enum, Member, Role, Rules, Type, TypeId};

/// All such types of a build of a program that was fitted, each with its ambiguity.
pub(super) fn all(
    program: &Program,
    build: usize,
    own: &Abi,
    others: &[&Abi],
    reported: &Alignments,
) -> impl Iterator<Item = (TypeId, Ambiguity)> {
    enums(program, build, others)
        .into_iter()
        .chain(bit_fields(program, own, others, reported))
        .chain(on_windows(program, own, others))
        .chain(packed_classes(program, own, others, reported))
        .chain(overlapping_on_windows(others, reported))
        .filter(move |(id, _)| program.build_of(*id) == build)
}

/// Records with bit-fields of which more would have to be known than was found: one has an alignment of its own, of which compilers write down what came out, after `#pragma pack` and the like; or some without a name were needed to explain the rest, and their types and widths are anybody's.
fn bit_fields(
    program: &Program,
    own: &Abi,
    others: &[&Abi],
    reported: &Alignments,
) -> Vec<(TypeId, Ambiguity)> {
    let in_source = |id| {
        reported
            .unnamed
            .as_ref()
            .is_some_and(|unnamed| unnamed.contains(&id))
    };
    let names = |abis: &mut dyn Iterator<Item = &&Abi>| -> BTreeSet<String> {
        abis.map(|abi| abi.name().to_owned()).collect()
    };
    let not_own = names(&mut others.iter().filter(|abi| abi.name() != own.name()));
    let unlike_own = names(&mut others.iter().filter(|abi| !rules::alike(own, abi)));
    let mut ambiguities = Vec::new();
    for &id in program.observed.keys() {
        let Some((record, _)) = record(program, id) else {
            continue;
        };
        let are_known = reported.fields.contains_key(&id);
        let mut fields = record.members.iter().filter(|member| member.bits.is_some());
        let has_alignment = |member: &Member| {
            let kind = program.types.get(member.kind);
            member.aligned.is_some() || matches!(kind, Some(Type::Aligned { .. }))
        };
        let (why, abis) = if fields.clone().any(has_alignment) {
            (
                "a bit-field with an alignment of its own: what was asked for is not told",
                &not_own,
            )
        } else if are_known {
            continue;
        } else if fields.clone().next().is_some()
            && fields.clone().all(|field| field.name.is_none())
        {
            (
                "bit-fields without a name fill what no member takes: something else may be the cause",
                &not_own,
            )
        } else if in_source(id) || fields.any(|member| member.name.is_none()) {
            (
                "bit-fields without a name: that there are some is known, but not of which types and widths",
                &unlike_own,
            )
        } else {
            continue;
        };
        if !abis.is_empty() {
            let ambiguity = Ambiguity {
                why: why.to_owned(),
                abis: abis.clone(),
            };
            ambiguities.push((id, ambiguity));
        }
    }
    ambiguities
}

/// Records that are packed, and have something in them with an alignment of its own: Microsoft's compiler packs nothing of that, and makes more of how the attributes were written than can be found out. A typedef that aligns to less is none there.
fn on_windows(program: &Program, own: &Abi, others: &[&Abi]) -> Vec<(TypeId, Ambiguity)> {
    let is_windows = |abi: &Abi| {
        matches!(
            abi.bit_field_packing(),
            BitFieldPacking::Msvc | BitFieldPacking::Microsoft
        )
    };
    let abis: BTreeSet<_> = others
        .iter()
        .filter(|abi| is_windows(abi))
        .map(|abi| abi.name().to_owned())
        .collect();
    if abis.is_empty() || is_windows(own) {
        return Vec::new();
    }
    // Whether a record, or one in it, has an alignment of its own.
    let mut found: HashMap<TypeId, bool> = HashMap::new();
    let mut ambiguities = Vec::new();
    for &id in program.observed.keys() {
        let Some((record, _)) = record(program, id) else {
            continue;
        };
        // rustc has the same rules everywhere.
        if record.rules != Rules::C {
            continue;
        }
        let is_packed = record.packed
            || record.pack.is_some()
            || record.members.iter().any(|member| member.packed);
        let is_renamed =
            |member: &Member| matches!(program.types.get(member.kind), Some(Type::Aligned { .. }));
        let has_renamed = record.members.iter().any(is_renamed);
        let is_aligned = |member: &Member| {
            let inside = found.get(&innermost(program, member.kind));
            member.aligned.is_some() || inside.copied().unwrap_or_default()
        };
        let has_aligned =
            record.aligned.is_some() || record.members.iter().any(is_aligned) || has_renamed;
        found.insert(id, has_aligned);
        if is_packed && has_aligned || has_renamed {
            let why = "attributes of GNU C with alignments: Windows has other rules";
            let ambiguity = Ambiguity {
                why: why.to_owned(),
                abis: abis.clone(),
            };
            ambiguities.push((id, ambiguity));
        }
    }
    ambiguities
}

/// Classes with `[[msvc::no_unique_address]]`: no compiler here shows what it does.
fn overlapping_on_windows(others: &[&Abi], reported: &Alignments) -> Vec<(TypeId, Ambiguity)> {
    let others = others.iter();
    let others = others.filter(|abi| abi.bit_field_packing() == BitFieldPacking::Msvc);
    let abis: BTreeSet<String> = others.map(|abi| abi.name().to_owned()).collect();
    if abis.is_empty() {
        return Vec::new();
    }
    let ambiguity = Ambiguity {
        why: "`[[msvc::no_unique_address]]`, which the compiler that read it ignores".to_owned(),
        abis,
    };
    let classes = reported.overlapping_on_windows.iter();
    classes.map(|&id| (id, ambiguity.clone())).collect()
}

/// A member of a class that is a class, too, and no packed one.
struct Part {
    /// The member is packed by itself.
    is_packed: bool,
    /// As far as debug information tells.
    is_pod: bool,
    /// What leaves no trace there may make it other than plain old data.
    may_be_none: bool,
}

/// Packed classes with a member that is a class, too, and may be no plain old data. GCC packs no such member and leaves no trace of the attribute; Clang before 16 and on some systems packs it; and what makes a class other than plain old data may leave no trace itself.
fn packed_classes(
    program: &Program,
    own: &Abi,
    others: &[&Abi],
    reported: &Alignments,
) -> Vec<(TypeId, Ambiguity)> {
    let layouts = Layouts::as_declared(own, &program.types);
    let says = |found: &Option<BTreeSet<TypeId>>, id: TypeId| {
        found.as_ref().is_none_or(|found| found.contains(&id))
    };
    let is_gcc = own.compiler() == Dialect::Gcc;
    // A class in it, and whether it is plain old data as far as is known.
    let class_of = |member: &Member| {
        let id = innermost(program, member.kind);
        let (inner, _) = record(program, id)?;
        let is_aligned = || layouts.of(id).is_ok_and(|layout| layout.align > 1);
        let class = inner
            .class
            .filter(|_| member.role == Role::Field && !inner.packed && is_aligned())?;
        Some(Part {
            is_packed: member.packed,
            is_pod: class.is_pod,
            may_be_none: says(&reported.initialized, id),
        })
    };
    let others: BTreeSet<String> = others
        .iter()
        .filter(|abi| {
            let is_msvc = abi.bit_field_packing() == BitFieldPacking::Msvc;
            (abi.compiler() == Dialect::Gcc && !is_msvc) != is_gcc
        })
        .map(|abi| abi.name().to_owned())
        .collect();
    let mut ambiguities = Vec::new();
    for &id in program.observed.keys().filter(|_| !others.is_empty()) {
        let Some((record, _)) = record(program, id).filter(|(record, _)| record.class.is_some())
        else {
            continue;
        };
        let mut classes = record.members.iter().filter_map(class_of);
        // Of an object nobody says that it was packed, and most are not.
        let is_ambiguous = match (is_gcc, &reported.packed) {
            (true, Some(packed)) => {
                let is_no_pod = |part: Part| !part.is_packed && (!part.is_pod || part.may_be_none);
                !record.packed && packed.contains(&id) && classes.any(is_no_pod)
            }
            (true, None) => false,
            // What Clang packed of a class that is none looks as if it were packed by itself.
            (false, _) => classes.any(|part| match part.is_packed {
                true => !part.is_pod || part.may_be_none,
                false => record.packed && part.is_pod && part.may_be_none,
            }),
        };
        if is_ambiguous {
            let why = "a packed class with a member of a class that is no plain old data, or may be none: GCC does not pack that, and Clang may";
            let ambiguity = Ambiguity {
                why: why.to_owned(),
                abis: others.clone(),
            };
            ambiguities.push((id, ambiguity));
        }
    }
    ambiguities
}

/// Short enumerations of a build that may have been compiled with all of them short: whether they are packed by themselves. Compilers for Arm can have it so by default, as on bare metal; others need an option, which some do not write down.
fn enums(program: &Program, build: usize, others: &[&Abi]) -> Vec<(TypeId, Ambiguity)> {
    let is_known = program.builds.get(build).is_some_and(|build| {
        let is_option = |switch: &Switch| matches!(switch, Switch::ShortEnums(_));
        let is_arm = program.machine.processor == Processor::Known(object::Architecture::Arm);
        build.recorded && !is_arm || build.switches.iter().any(is_option)
    });
    if is_known {
        return Vec::new();
    }
    let all = || {
        program
            .observed
            .iter()
            .filter(|(id, _)| program.build_of(**id) == build)
            .filter_map(|(&id, observed)| match program.types.get(id) {
                Some(Type::Enum(of)) if of.fixed.is_none() => Some((id, of, observed.size)),
                _ => None,
            })
    };
    let fits_16_bits = |of: &Enum| of.least >= -0x8000 && of.greatest <= 0x7fff;
    // One that could be shorter and is not shows that they are not short there.
    if all().any(|(_, of, size)| size >= 4 && fits_16_bits(of)) {
        return Vec::new();
    }
    let abis: BTreeSet<_> = others
        .iter()
        .filter(|abi| abi.enum_rule() == EnumRule::Int)
        .map(|abi| abi.name().to_owned())
        .collect();
    let why = "packed, or compiled with short enumerations: nothing in the file tells";
    all()
        .filter(|(_, of, _)| of.packed && !abis.is_empty())
        .map(|(id, _, _)| {
            let ambiguity = Ambiguity {
                why: why.to_owned(),
                abis: abis.clone(),
            };
            (id, ambiguity)
        })
        .collect()
}
