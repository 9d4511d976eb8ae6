//! Fitting, record by record: readings are tried out, and one is taken.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::alternative::{self, Alternative, Alternatives};
use super::classes;
use super::fields::{self, Fields};
use super::mismatch::mismatch;
use super::readings::{self, MemberAlign, Reading};
use super::widest::Widest;
use super::{Alignments, Own, innermost, record};
use crate::abi::{Abi, Dialect, Scalar};
use crate::dwarf::{Program, Tells};
use crate::layout::Layouts;
use crate::types::{Member, Record, RecordKind, Role, Rules, Type, TypeId};

/// Fitting, as far as it is done.
pub(super) struct Work<'a> {
    /// Of each build.
    owns: &'a [Own],
    reported: &'a Alignments,
    /// The bit-fields without a name that are known.
    fields: Fields,
    /// The classes that others derive from.
    bases: HashSet<TypeId>,
    widest: Widest,
    /// Other readings of a record that agree with the file as well, and what each would mean.
    pub(super) alternatives: Alternatives,
    /// What no reading agrees with, as it was read.
    pub(super) unread: BTreeMap<TypeId, Record>,
    /// Those that only bit-fields without a name explain, where there are no others.
    pub(super) strained: BTreeSet<TypeId>,
}

/// A reading, and what came of laying it out on the file's own ABI.
struct Trial {
    reading: Reading,
    /// Its alignment in octets, and what in it is not as observed; `None` where it has no layout.
    outcome: Option<(u64, Option<String>)>,
    /// Whether the source packs it so, as far as that is known.
    is_allowed: bool,
}

impl Trial {
    fn agrees(&self) -> bool {
        self.is_allowed && matches!(self.outcome, Some((_, None)))
    }
}

/// Records that are tried out together: each in many readings, all of which are kept meanwhile.
const MAX_TRIED_TOGETHER: usize = 256;
/// The parts of a record of which other readings are tried, and the readings of each.
const MAX_PARTS: usize = 8;
const MAX_ALTERNATIVES: usize = 8;

impl<'a> Work<'a> {
    /// Nothing done yet.
    pub(super) fn new(
        owns: &'a [Own],
        reported: &'a Alignments,
        program: &mut Program,
    ) -> Work<'a> {
        Work {
            owns,
            reported,
            fields: fields::added(program, reported),
            bases: bases(program),
            widest: Widest::default(),
            alternatives: Alternatives::new(),
            unread: BTreeMap::new(),
            strained: BTreeSet::new(),
        }
    }

    /// Reads the records of one level.
    pub(super) fn level(&mut self, program: &mut Program, level: &[TypeId]) {
        for (build, own) in self.owns.iter().enumerate() {
            let of_build = |id: &TypeId| program.build_of(*id) == build;
            let records: Vec<TypeId> = level.iter().copied().filter(of_build).collect();
            self.records(program, &records, &own.abi);
        }
    }

    /// Reads records that contain none of each other, and are of one build.
    fn records(&mut self, program: &mut Program, records: &[TypeId], own: &Abi) {
        for some in records.chunks(MAX_TRIED_TOGETHER) {
            let aligns = self.aligns(program, some, own);
            let mut simple = Vec::new();
            for (&id, aligns) in some.iter().zip(&aligns) {
                let Some((record, observed)) = record(program, id) else {
                    continue;
                };
                let widest = self.widest.of(program, id, record);
                let plain = self.as_in_source(id, record);
                let mut readings = readings::simple(&plain, observed, aligns, widest);
                let class_of = |kind| match program.types.get(kind) {
                    Some(Type::Record(record)) => record.class,
                    _ => None,
                };
                let overlapping = self.reported.overlapping.as_ref();
                let overlapping = overlapping.map(|of| of.contains(&id));
                let classes =
                    classes::readings(&plain, observed, self.is_base(id), overlapping, class_of);
                readings.splice(1..1, classes);
                // `#pragma pack` hides an alignment of a member, which only the record's shows.
                if matches!(plain, Cow::Owned(_)) {
                    readings.extend(readings::simple(record, observed, aligns, widest));
                }
                self.know_fields(id, record, &mut readings);
                simple.push((id, readings));
            }
            let mut tried = self.try_out(program, simple, own);
            let mut last = Vec::new();
            for ((id, trials), aligns) in tried.iter().zip(&aligns) {
                last.push((*id, self.more_readings(program, *id, trials, aligns)));
            }
            for (id, trials) in self.try_out(program, last, own) {
                if let Some((_, tried)) = tried.iter_mut().find(|(of, _)| *of == id) {
                    tried.extend(trials);
                }
            }
            for (id, trials) in tried {
                self.choose(program, id, trials);
            }
        }
    }

    /// Where it is known which bit-fields without a name a record has, no reading has others.
    fn know_fields(&self, id: TypeId, record: &Record, readings: &mut Vec<Reading>) {
        let unnamed = self.reported.unnamed.as_ref();
        let fields = self.fields.get(&id);
        if fields.is_some() || unnamed.is_some_and(|unnamed| !unnamed.contains(&id)) {
            readings.retain(|reading| reading.record.members.len() == record.members.len());
        }
        for reading in readings {
            if let Some(fields) = fields {
                reading.record = fields::with(&reading.record, fields);
            }
        }
    }

    /// The alignments of the members of records, where the file is from; 1 for one that is not known.
    fn aligns(&self, program: &Program, records: &[TypeId], own: &Abi) -> Vec<Vec<MemberAlign>> {
        let layouts = Layouts::as_declared(own, &program.types);
        let of_type = |id| layouts.of(id).map_or(1, |layout| layout.align);
        let asks = |id| {
            let observed = program.observed.get(&innermost(program, id));
            observed.is_some_and(|observed| observed.align.is_some())
        };
        let tells = |id| {
            program
                .builds
                .get(program.build_of(id))
                .map(|build| build.tells)
        };
        records
            .iter()
            .map(|&id| match program.types.get(id) {
                Some(Type::Record(record)) => record
                    .members
                    .iter()
                    .enumerate()
                    .map(|(place, member)| MemberAlign {
                        of_type: of_type(member.kind),
                        reported: self.reported_of_member(program, id, place, own),
                        is_hidden: tells(id) == Some(Tells::Nothing) || asks(member.kind),
                    })
                    .collect(),
                _ => Vec::new(),
            })
            .collect()
    }

    /// A record with the alignment that the source gives it. What is written down is what came out: it may be a member's, and then it is another elsewhere; and one that is no more than a member's is not written down as the record's.
    fn as_in_source<'r>(&self, id: TypeId, record: &'r Record) -> Cow<'r, Record> {
        match self.own_alignment(id) {
            Some(own) if own != record.aligned => Cow::Owned(Record {
                aligned: own,
                ..record.clone()
            }),
            _ => Cow::Borrowed(record),
        }
    }

    /// The alignment that the source gives a record itself, if any; `None` where it does not show it.
    fn own_alignment(&self, id: TypeId) -> Option<Option<u32>> {
        let aligned = self.reported.aligned.as_ref()?;
        match (aligned.contains(&id), self.reported.aligned_to.get(&id)) {
            (false, _) => Some(None),
            (true, Some(octets)) => Some(Some(*octets)),
            (true, None) => None,
        }
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
            let taken = &agreeing.reading.record;
            let mut readings = self.with_other_parts(program, taken);
            // Where it is packed, or aligned, it may be that a part is, and not the whole.
            if let Some(written) = tried.first().filter(|trial| !trial.agrees()) {
                readings.extend(self.with_other_parts(program, &written.reading.record));
            }
            return readings;
        }
        let Some((record, observed)) = record(program, id) else {
            return Vec::new();
        };
        let (record, observed) = (record.clone(), observed.clone());
        let reported = self.reported.records.get(&id).copied();
        let char = program.types.add(Type::Scalar(Scalar::Char));
        let build = program.builds.get(program.build_of(id));
        let told = build
            .filter(|build| build.tells == Tells::Nothing)
            .and_then(|_| readings::with_told_alignments(&record, aligns));
        let mut readings: Vec<Reading> = told.into_iter().collect();
        let others = readings::last_resort(&record, &observed, aligns, reported, char);
        readings.extend(others);
        self.know_fields(id, &record, &mut readings);
        readings.extend(self.with_other_parts(program, &record));
        readings
    }

    /// A record, but for a part that can be read otherwise: some readings for each part.
    fn with_other_parts(&self, program: &mut Program, record: &Record) -> Vec<Reading> {
        let parts: BTreeSet<_> = record
            .members
            .iter()
            .map(|member| innermost(program, member.kind))
            .collect();
        let mut readings = Vec::new();
        for part in parts.into_iter().take(MAX_PARTS) {
            let alternatives = self.alternatives.get(&part).into_iter().flatten();
            for alternative in alternatives
                .filter(|alternative| alternative.stands_for_others)
                .take(MAX_ALTERNATIVES)
            {
                let mut other = record.clone();
                for member in &mut other.members {
                    member.kind = put(program, member.kind, part, alternative.id);
                }
                let tag = program.tags.get(&part);
                let tag = tag.map_or("a part", |tag| &**tag);
                let words = format!("`{tag}` in it: {}", alternative.words);
                readings.push(Reading {
                    only_packs: !alternative.same_unless_padded.is_empty()
                        && record.members.iter().all(|member| member.bits.is_none()),
                    packed_parts: alternative.same_unless_padded.clone(),
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
        own: &Abi,
    ) -> Vec<(TypeId, Vec<Trial>)> {
        let before = program.types.len();
        let mut places = Vec::new();
        for reading in readings.iter().flat_map(|(_, readings)| readings) {
            places.push(program.types.add(Type::Record(reading.record.clone())));
        }
        let layouts = Layouts::as_declared(own, &program.types);
        let mut places = places.into_iter();
        let mut trials = Vec::new();
        for (id, readings) in readings {
            let observed = program.observed.get(&id);
            let reported = self.reported.records.get(&id).copied();
            let packing = self.reported.packing.get(&id);
            let of_record = readings
                .into_iter()
                .map(|reading| Trial {
                    is_allowed: packing.is_none_or(|packing| packing.allows(&reading.record)),
                    outcome: places.next().zip(observed).and_then(|(place, observed)| {
                        let layout = layouts.of(place).ok()?;
                        let align = reported.or(observed.align);
                        let mismatch = mismatch(layout, &reading.record, observed, align)
                            .or_else(|| self.misaligned(program, &layouts, id, &reading.record));
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
    fn reported_of_member(
        &self,
        program: &Program,
        id: TypeId,
        place: usize,
        own: &Abi,
    ) -> Option<u64> {
        let reported = self.reported.members.get(&(id, place)).copied();
        let observed = || program.observed.get(&id)?.members.get(place)?.align;
        reported
            // GCC aligns nothing of an empty class without an address of its own.
            .filter(|align| *align > 0 && own.compiler() == Dialect::Gcc)
            .or_else(observed)
    }

    /// The first member that is aligned otherwise than the compiler reported.
    fn misaligned(
        &self,
        program: &Program,
        layouts: &Layouts<'_>,
        id: TypeId,
        record: &Record,
    ) -> Option<String> {
        let shown = |member: &&Member| member.name.is_some() || member.bits.is_none();
        let members = record.members.iter().filter(shown).enumerate();
        for (place, member) in members {
            let Some(reported) = self.reported_of_member(program, id, place, layouts.abi()) else {
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
            if align != reported {
                let name = member.name.as_deref().unwrap_or_default();
                return Some(format!(
                    "found `{name}` aligned to {reported}, expected it to {align}"
                ));
            }
        }
        None
    }

    fn is_base(&self, id: TypeId) -> bool {
        self.bases.contains(&id)
    }

    /// Takes the simplest reading that agrees, and keeps the others.
    fn choose(&mut self, program: &mut Program, id: TypeId, trials: Vec<Trial>) {
        // A part is opaque, or the ABI has no such type: the layout will say so.
        let Some((_, first)) = trials.first().and_then(|trial| trial.outcome.as_ref()) else {
            return;
        };
        let first = first.clone().unwrap_or_default();
        // What is known of its source may be no more than a guess: it counts where it leaves something.
        let is_known = trials.iter().any(Trial::agrees);
        let agreeing = trials.into_iter().filter_map(|trial| match trial.outcome {
            Some((align, None)) if trial.is_allowed || !is_known => Some((trial.reading, align)),
            _ => None,
        });
        let mut agreeing: Vec<(Reading, u64)> = agreeing.collect();
        // What the source does not ask for comes last.
        if self.own_alignment(id) == Some(None) {
            agreeing.sort_by_key(|(reading, _)| reading.record.aligned.is_some());
        }
        let mut agreeing = agreeing.into_iter();
        let Some((taken, _)) = agreeing.next() else {
            let tag = program.tags.get(&id).map_or("", |tag| &**tag);
            if is_reordered(program, id) {
                let what = format!("`{tag}` has no `repr(C)`: rustc reordered its fields");
                program.types.replace(id, Type::Unspecified { what });
                return;
            }
            let what = format!(
                "`{tag}`, which lies as no attributes that are known here would put it: {first}"
            );
            if let Some((record, _)) = record(program, id) {
                self.unread.insert(id, record.clone());
            }
            program.types.replace(id, Type::Opaque { what });
            return;
        };
        if taken.words == readings::ALL_UNNAMED {
            self.strained.insert(id);
        }
        let as_written = taken.words.is_empty();
        // Clang writes what was asked for, and GCC what came out.
        let own = self.owns.get(program.build_of(id));
        let by_clang = own.is_some_and(|own| own.abi.compiler() == Dialect::Clang);
        // What the source does not say is none of its readings.
        // What is not written down either must be in the source.
        let written = record(program, id).and_then(|(record, _)| record.aligned);
        let is_asked = |reading: &Reading| {
            let aligned = reading.record.aligned;
            let is_known = aligned.is_none() || aligned == written;
            is_known || self.own_alignment(id) != Some(None)
        };
        let is_said = |reading: &Reading| {
            let said =
                |of: &Option<BTreeSet<TypeId>>| of.as_ref().is_none_or(|of| of.contains(&id));
            let is_packing = readings::is_packing(&reading.record, &taken.record);
            let is_initialized = reading.words == classes::NO_POD;
            let is_aligned = reading.record.aligned != taken.record.aligned;
            !as_written
                || (!is_aligned || !by_clang && self.own_alignment(id).is_none())
                    && (!is_packing || said(&self.reported.packed))
                    && (!is_initialized || said(&self.reported.initialized))
        };
        // The source asks for an alignment, and not for which: what is written down may be a member's.
        let is_somehow = self.reported.aligned.is_some() && self.own_alignment(id).is_none();
        // Then each way of packing counts: elsewhere they differ in what they do not differ in here.
        let is_packed_in_source = self.reported.packed.is_some();
        let mut seen = HashSet::new();
        let alternatives: Vec<_> = agreeing
            .filter(|(reading, _)| is_asked(reading) && is_said(reading))
            .map(|(reading, align)| {
                let is_aligned = reading.record.aligned != taken.record.aligned;
                let kinds = reading.record.members.iter().map(|member| member.kind);
                let kinds: Vec<_> = kinds.collect();
                Alternative {
                    stands_for_others: seen.insert((
                        align,
                        reading.record.aligned,
                        reading.record.class,
                        kinds,
                        is_packed_in_source.then(|| packing(&reading.record)),
                    )),
                    same_unless_padded: alternative::same_unless_padded(&reading, as_written, id),
                    may_align: !as_written
                        || is_packed_in_source
                        || reading.packed_parts.is_empty()
                            && !readings::is_packing(&reading.record, &taken.record),
                    decides_alignment: is_somehow && is_aligned,
                    id: program.types.add(Type::Record(reading.record)),
                    words: reading.words,
                }
            })
            .collect();
        if !alternatives.is_empty() {
            self.alternatives.insert(id, alternatives);
        }
        program.types.replace(id, Type::Record(taken.record));
    }
}

/// What of a record is packed, and to how much.
fn packing(record: &Record) -> (bool, Option<u32>, Vec<bool>) {
    let members = record.members.iter().map(|member| member.packed);
    (record.packed, record.pack, members.collect())
}

/// Whether rustc put a field before one that is declared before it, as no `repr` does.
fn is_reordered(program: &Program, id: TypeId) -> bool {
    let Some((record, observed)) = record(program, id) else {
        return false;
    };
    let takes_room = observed.members.iter().filter(|at| at.bit_size != Some(0));
    record.rules == Rules::Rust
        && record.kind == RecordKind::Struct
        && !takes_room.map(|at| at.bit_offset).is_sorted()
}

/// The classes that others of a program derive from.
fn bases(program: &Program) -> HashSet<TypeId> {
    let records = program
        .observed
        .keys()
        .filter_map(|&id| record(program, id));
    let members = records.flat_map(|(record, _)| &record.members);
    let bases = members.filter(|member| matches!(member.role, Role::Base | Role::VirtualBase));
    bases.map(|base| base.kind).collect()
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
        Some(Type::Library { of, name }) => {
            let (of, name) = (*of, name.clone());
            let of = put(program, of, part, other);
            Type::Library { of, name }
        }
        _ => return id,
    };
    if program.types.get(id) == Some(&kind) {
        return id;
    }
    program.types.add(kind)
}
