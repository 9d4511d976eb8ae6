//! What debug information does not say about a record, found from how it lies: `packed`, `#pragma pack`, bit-fields without a name.
//!
//! Each record is read in several ways ([`readings`]): as it is written down, packed, and so on. A reading that puts a member elsewhere than the file has it is wrong. Of those that are left the simplest is taken; where another would lie otherwise on some ABI, this is a [`Doubt`] about the record on that ABI. A record that agrees with no reading becomes [`Type::Opaque`]: nothing is ever guessed.
//!
//! Alignments decide most of it, and DWARF has few of them: [`probe`] makes a compiler tell them.

mod own;
pub mod probe;
mod readings;
mod rules;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub use own::{best, own};
use readings::{MemberAlign, Reading};

use crate::abi::{Abi, BitFieldPacking, Dialect, EnumRule, Scalar};
use crate::dwarf::{Observed, Program};
use crate::layout::{Layout, Layouts};
use crate::types::{Enum, Member, Record, Type, TypeId, Types};

/// What cannot be decided about a type, and where it matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Doubt {
    /// What there is to decide, in words.
    pub why: String,
    /// The ABIs on which it lies otherwise, by name; sorted.
    pub abis: BTreeSet<String>,
}

/// What came of fitting a program's types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fit {
    /// The records and enumerations about which something is undecided. What contains one of them is not in it again.
    pub doubts: BTreeMap<TypeId, Vec<Doubt>>,
    /// The records that no reading agrees with; each is opaque now.
    pub unread: BTreeSet<TypeId>,
}

impl Fit {
    /// What is doubtful about a type, or about one that is in it; each doubt once.
    pub fn about<'a>(&'a self, types: &Types, id: TypeId) -> Vec<&'a Doubt> {
        let mut doubts = Vec::new();
        let mut seen = BTreeSet::new();
        let mut next = vec![id];
        while let Some(id) = next.pop() {
            if !seen.insert(id) {
                continue;
            }
            doubts.extend(self.doubts.get(&id).into_iter().flatten());
            match types.get(id) {
                Some(Type::Array { element: of, .. } | Type::Aligned { of, .. }) => next.push(*of),
                Some(Type::Record(record)) => {
                    next.extend(record.members.iter().map(|member| member.kind));
                }
                _ => {}
            }
        }
        doubts
    }
}

/// The alignments that a compiler told, in octets: see [`probe`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alignments {
    /// Of records.
    pub records: BTreeMap<TypeId, u64>,
    /// Of their members, by their places; those that are no bit-fields. Only GCC tells them: Clang answers with what the offset allows.
    pub members: BTreeMap<(TypeId, usize), u64>,
}

/// Finds the attributes of a program's records, and puts them into its types.
///
/// `own` is the ABI that the file was compiled for, `others` those that the types are to be laid out on.
pub fn fit(program: &mut Program, own: &Abi, others: &[&Abi], told: &Alignments) -> Fit {
    let mut work = Work {
        own,
        told,
        widest: HashMap::new(),
        rivals: BTreeMap::new(),
        unread: BTreeSet::new(),
    };
    for level in levels(program) {
        work.level(program, &level);
    }
    let mut doubts = work.compare(program, others);
    let more = doubtful_enums(program, others)
        .into_iter()
        .chain(doubtful_bit_fields(program, own, others))
        .chain(doubtful_on_windows(program, own, others));
    for (id, doubt) in more {
        doubts.entry(id).or_default().push(doubt);
    }
    Fit {
        doubts,
        unread: work.unread,
    }
}

/// The records in the order in which they can be read: those of a level contain only records of levels before.
fn levels(program: &Program) -> Vec<Vec<TypeId>> {
    let mut height: HashMap<TypeId, usize> = HashMap::new();
    let mut levels: Vec<Vec<TypeId>> = Vec::new();
    // A reader adds what a record is made of before the record.
    for &id in program.observed.keys() {
        let Some(Type::Record(record)) = program.types.get(id) else {
            continue;
        };
        let below = record
            .members
            .iter()
            .filter_map(|member| height.get(&innermost(program, member.kind)));
        let level = below.max().map_or(0, |below| below + 1);
        height.insert(id, level);
        if levels.len() <= level {
            levels.resize(level + 1, Vec::new());
        }
        if let Some(level) = levels.get_mut(level) {
            level.push(id);
        }
    }
    levels
}

/// What an array, or an aligned typedef, is of in the end.
fn innermost(program: &Program, mut id: TypeId) -> TypeId {
    while let Some(Type::Array { element: of, .. } | Type::Aligned { of, .. }) =
        program.types.get(id)
    {
        id = *of;
    }
    id
}

/// Fitting, as far as it is done.
struct Work<'a> {
    own: &'a Abi,
    told: &'a Alignments,
    /// The most that a record is aligned to on any ABI, in octets.
    widest: HashMap<TypeId, u32>,
    /// Other readings of a record that agree with the file as well, and what each would mean.
    rivals: BTreeMap<TypeId, Vec<Rival>>,
    unread: BTreeSet<TypeId>,
}

/// Another reading that agrees with the file.
struct Rival {
    id: TypeId,
    words: String,
    /// Records: where none of them has padding, it is the same as what was taken. Empty where this cannot be said.
    same_unless_padded: Vec<TypeId>,
    /// Whether it is the first of those that are alike to a record around it: in their alignment where the file is from, and in what they contain.
    stands_for_others: bool,
}

/// A reading, and what came of laying it out on the file's own ABI.
struct Trial {
    reading: Reading,
    /// Its alignment in octets, and what in it is not as observed; `None` where it has no layout.
    outcome: Option<(u64, Option<String>)>,
}

impl Trial {
    fn agrees(&self) -> bool {
        matches!(self.outcome, Some((_, None)))
    }
}

/// A record as it is taken so far, and how it lies in the file.
fn record(program: &Program, id: TypeId) -> Option<(&Record, &Observed)> {
    match program.types.get(id) {
        Some(Type::Record(record)) => Some((record, program.observed.get(&id)?)),
        _ => None,
    }
}

/// Records that are tried out together: each in many readings, all of which are kept meanwhile.
const AT_ONCE: usize = 256;

impl Work<'_> {
    /// Reads the records of one level.
    fn level(&mut self, program: &mut Program, level: &[TypeId]) {
        for some in level.chunks(AT_ONCE) {
            let aligns = self.aligns(program, some);
            let mut simple = Vec::new();
            for (&id, aligns) in some.iter().zip(&aligns) {
                let Some((record, observed)) = record(program, id) else {
                    continue;
                };
                let widest = self.widest_of(program, record);
                self.widest.insert(id, widest);
                simple.push((id, readings::simple(record, observed, aligns, widest)));
            }
            let mut tried = self.try_out(program, simple);
            let mut last = Vec::new();
            for ((id, trials), aligns) in tried.iter().zip(&aligns) {
                last.push((*id, self.more_readings(program, *id, trials, aligns)));
            }
            for (id, trials) in self.try_out(program, last) {
                if let Some((_, tried)) = tried.iter_mut().find(|(of, _)| *of == id) {
                    tried.extend(trials);
                }
            }
            for (id, trials) in tried {
                self.choose(program, id, trials);
            }
        }
    }

    /// The most that a record is aligned to on any ABI, in octets, as far as its members' types tell.
    fn widest_of(&self, program: &Program, record: &Record) -> u32 {
        let of_member = |member: &Member| {
            let of_type = self.widest_of_type(program, member.kind);
            of_type.max(member.aligned.unwrap_or(1))
        };
        let of_members = record.members.iter().map(of_member).max().unwrap_or(1);
        of_members.max(record.aligned.unwrap_or(1))
    }

    fn widest_of_type(&self, program: &Program, id: TypeId) -> u32 {
        const BY_ITSELF: u32 = 8;
        match program.types.get(id) {
            Some(Type::Array { element, .. }) => self.widest_of_type(program, *element),
            Some(Type::Aligned { of, align }) => self.widest_of_type(program, *of).max(*align),
            Some(Type::Record(_)) => self.widest.get(&id).copied().unwrap_or(BY_ITSELF),
            Some(Type::Scalar(Scalar::Char | Scalar::Int8)) => 1,
            Some(Type::Scalar(Scalar::Short | Scalar::Int16)) => 2,
            Some(Type::Scalar(Scalar::Int | Scalar::Int32 | Scalar::Float)) => 4,
            Some(Type::Int128 | Type::Float128 | Type::Complex(_))
            | Some(Type::Scalar(Scalar::LongDouble)) => 2 * BY_ITSELF,
            _ => BY_ITSELF,
        }
    }

    /// The alignments of the members of records, where the file is from; 1 for one that is not known.
    fn aligns(&self, program: &Program, records: &[TypeId]) -> Vec<Vec<MemberAlign>> {
        let layouts = Layouts::new(self.own, &program.types);
        let of_type = |id| layouts.of(id).map_or(1, |layout| layout.align);
        records
            .iter()
            .map(|&id| match program.types.get(id) {
                Some(Type::Record(record)) => record
                    .members
                    .iter()
                    .enumerate()
                    .map(|(place, member)| MemberAlign {
                        of_type: of_type(member.kind),
                        told: self.told_of_member(id, place),
                    })
                    .collect(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// Where a simple reading agrees, the same with a part that can be read otherwise; else whatever else there may be.
    fn more_readings(
        &self,
        program: &mut Program,
        id: TypeId,
        tried: &[Trial],
        aligns: &[MemberAlign],
    ) -> Vec<Reading> {
        if let Some(agreeing) = tried.iter().find(|trial| trial.agrees()) {
            return self.with_other_parts(program, &agreeing.reading.record);
        }
        let Some((record, observed)) = record(program, id) else {
            return Vec::new();
        };
        let record = record.clone();
        let told = self.told.records.get(&id).copied();
        let mut readings = readings::last_resort(&record, observed, aligns, told);
        readings.extend(self.with_other_parts(program, &record));
        readings
    }

    /// A record, but for a part that can be read otherwise: some readings for each part.
    fn with_other_parts(&self, program: &mut Program, record: &Record) -> Vec<Reading> {
        const MOST: usize = 8;
        let parts: BTreeSet<_> = record
            .members
            .iter()
            .map(|member| innermost(program, member.kind))
            .collect();
        let mut readings = Vec::new();
        for part in parts.into_iter().take(MOST) {
            let rivals = self.rivals.get(&part).into_iter().flatten();
            for rival in rivals.filter(|rival| rival.stands_for_others).take(MOST) {
                let mut other = record.clone();
                for member in &mut other.members {
                    member.kind = put(program, member.kind, part, rival.id);
                }
                let tag = program.tags.get(&part);
                let tag = tag.map_or("a part", |tag| &**tag);
                let words = format!("`{tag}` in it: {}", rival.words);
                readings.push(Reading {
                    only_packs: !rival.same_unless_padded.is_empty()
                        && record.members.iter().all(|member| member.bits.is_none()),
                    packed_parts: rival.same_unless_padded.clone(),
                    ..Reading::new(other, words)
                });
            }
        }
        readings
    }

    /// Lays each reading out as the file's own ABI does, and compares.
    fn try_out(
        &self,
        program: &mut Program,
        readings: Vec<(TypeId, Vec<Reading>)>,
    ) -> Vec<(TypeId, Vec<Trial>)> {
        let before = program.types.len();
        let mut places = Vec::new();
        for reading in readings.iter().flat_map(|(_, readings)| readings) {
            places.push(program.types.add(Type::Record(reading.record.clone())));
        }
        let layouts = Layouts::new(self.own, &program.types);
        let mut places = places.into_iter();
        let mut trials = Vec::new();
        for (id, readings) in readings {
            let observed = program.observed.get(&id);
            let told = self.told.records.get(&id).copied();
            let of_record = readings
                .into_iter()
                .map(|reading| Trial {
                    outcome: places.next().zip(observed).and_then(|(place, observed)| {
                        let layout = layouts.of(place).ok()?;
                        let align = told.or(observed.align);
                        let mismatch = mismatch(&layout, observed, align)
                            .or_else(|| self.misaligned(&layouts, id, &reading.record));
                        Some((layout.align, mismatch))
                    }),
                    reading,
                })
                .collect();
            trials.push((id, of_record));
        }
        drop(layouts);
        program.types.truncate(before);
        trials
    }

    /// Clang answers with what the offset of a member allows, which is no news.
    fn told_of_member(&self, id: TypeId, place: usize) -> Option<u64> {
        let told = self.told.members.get(&(id, place)).copied();
        told.filter(|_| self.own.compiler() == Dialect::Gcc)
    }

    /// The first member that is aligned otherwise than the compiler told.
    fn misaligned(&self, layouts: &Layouts<'_>, id: TypeId, record: &Record) -> Option<String> {
        let shown = |member: &&Member| member.name.is_some() || member.bits.is_none();
        let members = record.members.iter().filter(shown).enumerate();
        for (place, member) in members {
            let Some(told) = self.told_of_member(id, place) else {
                continue;
            };
            let of_type = layouts.of(member.kind).ok()?.align;
            let asked = member.aligned.map_or(1, u64::from);
            let align = if member.packed || record.packed {
                asked
            } else {
                of_type.max(asked)
            };
            let align = record.pack.map_or(align, |pack| align.min(pack.into()));
            if align != told {
                let name = member.name.as_deref().unwrap_or_default();
                return Some(format!(
                    "found `{name}` aligned to {told}, expected it to {align}"
                ));
            }
        }
        None
    }

    /// Takes the simplest reading that agrees, and keeps the others.
    fn choose(&mut self, program: &mut Program, id: TypeId, trials: Vec<Trial>) {
        // A part is opaque, or the ABI has no such type: the layout will say so.
        let Some((_, first)) = trials.first().and_then(|trial| trial.outcome.as_ref()) else {
            return;
        };
        let first = first.clone().unwrap_or_default();
        let mut agreeing = trials.into_iter().filter_map(|trial| match trial.outcome {
            Some((align, None)) => Some((trial.reading, align)),
            _ => None,
        });
        let Some((chosen, _)) = agreeing.next() else {
            let tag = program.tags.get(&id).map_or("", |tag| &**tag);
            let what = format!(
                "`{tag}`, which lies as no attributes that are known here would put it: {first}"
            );
            program.types.replace(id, Type::Opaque { what });
            self.unread.insert(id);
            return;
        };
        let as_written = chosen.words.is_empty();
        let mut seen = HashSet::new();
        let rivals: Vec<_> = agreeing
            .map(|(reading, align)| {
                let kinds = reading.record.members.iter().map(|member| member.kind);
                let kinds: Vec<_> = kinds.collect();
                Rival {
                    stands_for_others: seen.insert((align, reading.record.aligned, kinds)),
                    same_unless_padded: same_unless_padded(&reading, as_written, id),
                    id: program.types.add(Type::Record(reading.record)),
                    words: reading.words,
                }
            })
            .collect();
        if !rivals.is_empty() {
            self.rivals.insert(id, rivals);
        }
        program.types.replace(id, Type::Record(chosen.record));
    }

    /// Finds the ABIs on which what was taken and what could have been taken lie differently.
    fn compare(&self, program: &Program, others: &[&Abi]) -> BTreeMap<TypeId, Vec<Doubt>> {
        let mut found: BTreeMap<(TypeId, &str), BTreeSet<String>> = BTreeMap::new();
        for abi in others {
            let layouts = Layouts::new(abi, &program.types);
            for (&id, rivals) in &self.rivals {
                let Ok(taken) = layouts.of(id) else {
                    continue;
                };
                for rival in rivals {
                    let is_solid = |id: &TypeId| {
                        layouts
                            .of(*id)
                            .is_ok_and(|layout| layout.padding.is_empty())
                    };
                    let packed = &rival.same_unless_padded;
                    if !packed.is_empty() && packed.iter().all(is_solid) {
                        continue;
                    }
                    let same = layouts
                        .of(rival.id)
                        .is_ok_and(|other| lie_alike(&taken, &other));
                    if !same {
                        let abis = found.entry((id, &rival.words)).or_default();
                        abis.insert(abi.name().to_owned());
                    }
                }
            }
        }
        // One doubt for all readings that differ on the same ABIs.
        let mut alike: BTreeMap<(TypeId, BTreeSet<String>), Vec<&str>> = BTreeMap::new();
        for ((id, words), abis) in found {
            alike.entry((id, abis)).or_default().push(words);
        }
        let mut doubts: BTreeMap<TypeId, Vec<Doubt>> = BTreeMap::new();
        for ((id, abis), words) in alike {
            let (words, own) = (words.join(", "), self.own.name());
            let why = format!("{words}, or not: the layout on {own} fits both");
            doubts.entry(id).or_default().push(Doubt { why, abis });
        }
        doubts
    }
}

/// The records that must have padding for a reading of one to differ from it as it is written down.
fn same_unless_padded(reading: &Reading, as_written: bool, id: TypeId) -> Vec<TypeId> {
    if !as_written || !reading.only_packs {
        return Vec::new();
    }
    let mut records = reading.packed_parts.clone();
    records.push(id);
    records
}

/// A type with one part of it replaced, through arrays and aligned typedefs.
fn put(program: &mut Program, id: TypeId, part: TypeId, other: TypeId) -> TypeId {
    if id == part {
        return other;
    }
    let kind = match program.types.get(id) {
        Some(&Type::Array { element, count }) => {
            let element = put(program, element, part, other);
            Type::Array { element, count }
        }
        Some(&Type::Aligned { of, align }) => {
            let of = put(program, of, part, other);
            Type::Aligned { of, align }
        }
        _ => return id,
    };
    if program.types.get(id) == Some(&kind) {
        return id;
    }
    program.types.add(kind)
}

/// The first thing in which a layout is not what was observed. Bit-fields without a name are not observed.
fn mismatch(layout: &Layout<'_>, observed: &Observed, align: Option<u64>) -> Option<String> {
    let members = layout
        .members
        .iter()
        .filter(|member| !(member.is_bit_field && member.name.is_none()));
    for (member, found) in members.zip(&observed.members) {
        let same_size = found.bit_size.is_none_or(|size| size == member.bit_size);
        if member.bit_offset != found.bit_offset || !same_size {
            let size = found.bit_size.unwrap_or(member.bit_size);
            return Some(format!(
                "found `{}` at bit {} with {size} bits, expected it at bit {} with {}",
                member.name.unwrap_or("an unnamed member"),
                found.bit_offset,
                member.bit_offset,
                member.bit_size
            ));
        }
    }
    if layout.size != observed.size {
        let (found, expected) = (observed.size, layout.size);
        return Some(format!("found {found} octets, expected {expected}"));
    }
    let found = align.filter(|&align| align != layout.align)?;
    Some(format!(
        "found an alignment of {found}, expected {}",
        layout.align
    ))
}

/// Whether two layouts of one record put everything that has a name in the same place.
fn lie_alike(one: &Layout<'_>, other: &Layout<'_>) -> bool {
    let places = |layout: &Layout<'_>| -> Vec<_> {
        layout
            .members
            .iter()
            .filter(|member| !(member.is_bit_field && member.name.is_none()))
            .map(|member| (member.bit_offset, member.bit_size))
            .collect()
    };
    one.size == other.size && places(one) == places(other)
}

/// Records with bit-fields of which more would have to be known than was found: one has an alignment of its own, of which compilers write down what came out, after `#pragma pack` and the like; or some without a name were needed to explain the rest, and their types and widths are anybody's.
fn doubtful_bit_fields(program: &Program, own: &Abi, others: &[&Abi]) -> Vec<(TypeId, Doubt)> {
    let names = |abis: &mut dyn Iterator<Item = &&Abi>| -> BTreeSet<String> {
        abis.map(|abi| abi.name().to_owned()).collect()
    };
    let not_own = names(&mut others.iter().filter(|abi| abi.name() != own.name()));
    let unlike_own = names(&mut others.iter().filter(|abi| !rules::alike(own, abi)));
    let mut doubts = Vec::new();
    for &id in program.observed.keys() {
        let Some((record, _)) = record(program, id) else {
            continue;
        };
        let mut bit_fields = record.members.iter().filter(|member| member.bits.is_some());
        let has_alignment = |member: &Member| {
            let kind = program.types.get(member.kind);
            member.aligned.is_some() || matches!(kind, Some(Type::Aligned { .. }))
        };
        let (why, abis) = if bit_fields.clone().any(has_alignment) {
            (
                "a bit-field with an alignment of its own: what was asked for is not told",
                &not_own,
            )
        } else if bit_fields.any(|member| member.name.is_none()) {
            (
                "bit-fields without a name: that there are some is seen, but not of which types and widths",
                &unlike_own,
            )
        } else {
            continue;
        };
        if !abis.is_empty() {
            let doubt = Doubt {
                why: why.to_owned(),
                abis: abis.clone(),
            };
            doubts.push((id, doubt));
        }
    }
    doubts
}

/// Records with attributes of GNU C together with bit-fields or alignments: Windows has other rules for these, which make more of how the attributes were written than can be found out.
fn doubtful_on_windows(program: &Program, own: &Abi, others: &[&Abi]) -> Vec<(TypeId, Doubt)> {
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
    // Whether a record, or one in it, has attributes; and whether it has something that they matter for.
    let mut found: HashMap<TypeId, (bool, bool)> = HashMap::new();
    let mut doubts = Vec::new();
    for &id in program.observed.keys() {
        let Some((record, _)) = record(program, id) else {
            continue;
        };
        let member_has = |member: &Member| member.packed || member.aligned.is_some();
        let mut attributes = record.packed
            || record.pack.is_some()
            || record.aligned.is_some()
            || record.members.iter().any(member_has);
        let matters = |member: &Member| member.bits.is_some() || member.aligned.is_some();
        let mut matter = record.aligned.is_some() || record.members.iter().any(matters);
        for member in &record.members {
            let aligned = matches!(program.types.get(member.kind), Some(Type::Aligned { .. }));
            let inside = found.get(&innermost(program, member.kind));
            let inside = inside.copied().unwrap_or_default();
            attributes |= aligned || inside.0;
            matter |= aligned || inside.1;
        }
        found.insert(id, (attributes, matter));
        if attributes && matter {
            let why = "attributes of GNU C with bit-fields or alignments: Windows has other rules";
            let doubt = Doubt {
                why: why.to_owned(),
                abis: abis.clone(),
            };
            doubts.push((id, doubt));
        }
    }
    doubts
}

/// Short enumerations of an Arm file: whether they are packed, or enumerations are short there, as on bare metal.
fn doubtful_enums(program: &Program, others: &[&Abi]) -> Vec<(TypeId, Doubt)> {
    if program.machine.architecture != object::Architecture::Arm {
        return Vec::new();
    }
    let enums = || {
        program
            .observed
            .iter()
            .filter_map(|(&id, observed)| match program.types.get(id) {
                Some(Type::Enum(of)) if of.fixed.is_none() => Some((id, of, observed.size)),
                _ => None,
            })
    };
    let fits_16_bits = |of: &Enum| of.least >= -0x8000 && of.greatest <= 0x7fff;
    // One that could be shorter and is not shows that they are not short there.
    if enums().any(|(_, of, size)| size >= 4 && fits_16_bits(of)) {
        return Vec::new();
    }
    let abis: BTreeSet<_> = others
        .iter()
        .filter(|abi| abi.enum_rule() == EnumRule::Int)
        .map(|abi| abi.name().to_owned())
        .collect();
    let why = "packed, or compiled with short enumerations: nothing in the file tells";
    enums()
        .filter(|(_, of, _)| of.packed && !abis.is_empty())
        .map(|(id, _, _)| {
            let doubt = Doubt {
                why: why.to_owned(),
                abis: abis.clone(),
            };
            (id, doubt)
        })
        .collect()
}
