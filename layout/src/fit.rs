//! What debug information does not say about a record, found from how it lies: `packed`, `#pragma pack`, bit-fields without a name.
//!
//! Each record is read in several ways: as it is written down, packed, and so on. A reading that puts a member elsewhere than the file has it is wrong. Of those that are left the simplest is taken. Where another of them would lie otherwise on some ABI, there is an [`Ambiguity`] about the record on that ABI. A record that agrees with no reading becomes [`Type::Opaque`]: nothing is guessed.
//!
//! Start at [`best`]. Alignments decide most of what is ambiguous, and DWARF has few of them; with the source at hand, [`probe`] has a compiler answer for them.
//!
//! Options of the compiler that move types are known where it writes them down, as GCC does, or where they show: as another size of a scalar, or as records that only `-mms-bitfields` or `-malign-double` explains. Types of such a build are laid out with the same options everywhere, and are ambiguous where they would lie otherwise without. What Clang's `-fpack-struct=N` does cannot be told from a `#pragma pack(N)` in the source, and is taken for one.
//!
//! Some things leave no trace in debug information, and only the source has them: a `[[no_unique_address]]` that changes nothing in the file; that a class with members of another class is packed, where GCC did not pack these because they have initializers; a bit-field without a name that fills what would be padding anyhow, in a record without bit-fields before or after it (see [`fields`] and [`Alignments::unnamed`]); an `aligned(N)` on a member, of less than its type has; and, from Clang 14, that a member is a bit-field, if it is as wide as its type.
//!
//! Like the rest of the crate this is pure. It knows compilers by two names, GNU's and Clang's, where they write debug information differently.

mod aligned;
mod alternative;
mod ambiguous;
mod candidates;
mod classes;
pub mod fields;
mod functions;
mod hidden;
mod levels;
mod mismatch;
mod native;
mod number;
mod optional;
mod packing;
mod power;
pub mod probe;
mod readings;
mod rules;
mod source;
mod stored;
mod widest;
mod work;

use std::collections::{BTreeMap, BTreeSet};

pub use candidates::{Own, best, candidates};
pub use packing::Packing;
use work::Work;

use fields::Unnamed;

use crate::abi::{Abi, ByteOrder, Switch};
use crate::dwarf::{Observed, Program};
use crate::types::{Record, Type, TypeId, Types};

/// What cannot be decided about a type, and where it matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Ambiguity {
    /// What there is to decide, in words: "packed, or not: the layout on x86_64-sysv fits both".
    pub why: String,
    /// The names of the ABIs on which it would lie otherwise.
    pub abis: BTreeSet<String>,
}

/// What is left open after the attributes of a program's records were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fit {
    /// The ABI of each build of the program: [`Program::builds`].
    pub own: Vec<Own>,
    /// The records and enumerations about which something is undecided. A record that only contains one of them is not among them: [`Fit::about`] looks inside.
    pub ambiguities: BTreeMap<TypeId, Vec<Ambiguity>>,
    /// The records that no reading agrees with; each is [`Type::Opaque`] in the program now.
    pub unread: BTreeSet<TypeId>,
    /// Those that only a reading agrees with that would agree with nearly anything.
    strained: BTreeSet<TypeId>,
}

impl Fit {
    /// What is ambiguous about a type, or about one that is in it; each ambiguity once.
    pub fn about<'a>(&'a self, types: &Types, id: TypeId) -> Vec<&'a Ambiguity> {
        let mut ambiguities = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            if !seen.insert(id) {
                continue;
            }
            ambiguities.extend(self.ambiguities.get(&id).into_iter().flatten());
            match types.get(id) {
                Some(
                    Type::Array { element: of, .. }
                    | Type::Aligned { of, .. }
                    | Type::Atomic { of }
                    | Type::Either { declared: of, .. }
                    | Type::Untraced { declared: of, .. }
                    | Type::Ordered { of, .. },
                ) => next.push(*of),
                // Whatever is open about what is in it, it has no layout elsewhere.
                Some(Type::Library { .. }) => {}
                Some(Type::Record(record)) => {
                    next.extend(record.members.iter().map(|member| member.kind));
                }
                _ => {}
            }
        }
        ambiguities
    }
}

/// The alignments that a compiler reported, in octets: see [`probe`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Alignments {
    /// Of records.
    pub records: BTreeMap<TypeId, u64>,
    /// Of their members that are no bit-fields, by record and index. Only those from GCC count: Clang answers with what the offset allows.
    pub members: BTreeMap<(TypeId, usize), u64>,
    /// Not from a compiler but from the source: the records with bit-fields without a name; `None` where the source was not read. See [`Alignments::read_source`].
    pub unnamed: Option<BTreeSet<TypeId>>,
    /// The bit-fields without a name of records of which all are known, and that there are none: see [`fields`].
    pub fields: BTreeMap<TypeId, Vec<Unnamed>>,
    /// From the source: the records that are packed, or have something in them that is.
    pub packed: Option<BTreeSet<TypeId>>,
    /// From a preprocessed source: what packs each record; of one that is not in it nobody knows.
    pub packing: BTreeMap<TypeId, Packing>,
    /// From the source: the records with an alignment of their own, and those of which the source does not show it. The alignment of any other is its members'.
    pub aligned: Option<BTreeSet<TypeId>>,
    /// From the source: how much that is, in octets, of those where it is a number. Debug information has what came out of it and of the members.
    pub aligned_to: BTreeMap<TypeId, u32>,
    /// From the source: the C++ classes with what leaves no trace, and is in no plain old data: initializers of members, templates of functions.
    pub initialized: Option<BTreeSet<TypeId>>,
    /// From the source: the C++ classes with `[[no_unique_address]]` in them.
    pub overlapping: Option<BTreeSet<TypeId>>,
    /// From the source: those with `[[msvc::no_unique_address]]`, which Microsoft's compiler alone takes.
    pub overlapping_on_windows: BTreeSet<TypeId>,
    /// From the source: the records whose numbers have an order of octets of their own (`scalar_storage_order`). Debug information has it only where it is not the machine's.
    pub stored: BTreeMap<TypeId, ByteOrder>,
    /// From a preprocessed source: the C++ classes with a function of which debug information does not say all, and those of which the source does not show it: GCC does not tell pure virtual ones from others, and nobody tells a constructor that is a template.
    pub untold_functions: Option<BTreeSet<TypeId>>,
    /// Not from a compiler but from who builds: the options that the build has on every machine. What others move is undecided elsewhere.
    pub given: Vec<Switch>,
}

/// Finds the attributes of a program's records, and puts them into its types.
///
/// `own` is the ABI that all of the file was compiled for, options and compiler included; `others` are those that the types are to be laid out on, just as they are: what Clang read for a machine may be laid out there as GCC has it. [`best`] finds the first by itself, and knows options.
pub fn fit(program: &mut Program, own: &Abi, others: &[&Abi], reported: &Alignments) -> Fit {
    let own = Own {
        abi: own.clone(),
        switches: Vec::new(),
    };
    let own = vec![own; program.builds.len()];
    let as_it_is = |_: &Own, abi: &Abi| abi.clone();
    of_builds(program, own, others, as_it_is, reported)
}

/// Finds the attributes of a program's records, and puts them into its types.
///
/// `own` has the ABI of each build of the program, `others` are those that the types are to be laid out on, of each build as `on` has them.
fn of_builds(
    program: &mut Program,
    own: Vec<Own>,
    others: &[&Abi],
    on: impl Fn(&Own, &Abi) -> Abi,
    reported: &Alignments,
) -> Fit {
    stored::put(program, &reported.stored);
    functions::put(program, reported.untold_functions.as_ref());
    let mut work = Work::new(&own, reported, program);
    for level in levels::levels(program) {
        work.level(program, &level);
    }
    let Work {
        alternatives,
        unread,
        strained,
        ..
    } = work;
    native::put(program, &own, &unread);
    let hidden = hidden::put(program, &own, others, reported, &alternatives);
    let unread: BTreeSet<TypeId> = unread.into_keys().collect();
    let mut ambiguities: BTreeMap<TypeId, Vec<Ambiguity>> = BTreeMap::new();
    let mut add = |(id, ambiguity)| ambiguities.entry(id).or_default().push(ambiguity);
    hidden.into_iter().for_each(&mut add);
    for (build, own) in own.iter().enumerate() {
        let there: Vec<Abi> = others.iter().map(|abi| on(own, abi)).collect();
        let there: Vec<&Abi> = there.iter().collect();
        let of_build = |id: &TypeId| program.build_of(*id) == build;
        let compared = alternative::compare(&alternatives, of_build, program, &own.abi, &there);
        compared.into_iter().for_each(&mut add);
        ambiguous::all(program, build, &own.abi, &there, reported).for_each(&mut add);
        let optional = optional::all(program, build, own, others, &reported.given);
        optional.into_iter().for_each(&mut add);
    }
    Fit {
        own,
        ambiguities,
        unread,
        strained,
    }
}

/// A record as it is taken so far, and how it lies in the file.
fn record(program: &Program, id: TypeId) -> Option<(&Record, &Observed)> {
    match program.types.get(id) {
        Some(Type::Record(record)) => Some((record, program.observed.get(&id)?)),
        _ => None,
    }
}

/// What an array, or an aligned typedef, is of in the end.
fn innermost(program: &Program, mut id: TypeId) -> TypeId {
    while let Some(
        Type::Array { element: of, .. }
        | Type::Aligned { of, .. }
        | Type::Atomic { of }
        | Type::Library { of, .. }
        | Type::Ordered { of, .. },
    ) = program.types.get(id)
    {
        id = *of;
    }
    id
}
