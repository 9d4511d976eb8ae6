//! The ways in which a record can be read: what may have stood in the source beside what debug information tells.

use crate::dwarf::Observed;
use crate::types::{Member, Record, RecordKind, Role, Rules, TypeId};

/// A record with attributes, and what they are in words.
pub(super) struct Reading {
    pub(super) record: Record,
    pub(super) words: String,
    /// Whether it differs from what is written down only by taking padding away: where there is none, it is the same.
    pub(super) only_packs: bool,
    /// The parts of which this is true as well, because they are read otherwise.
    pub(super) packed_parts: Vec<TypeId>,
}

impl Reading {
    pub(super) fn new(record: Record, words: impl Into<String>) -> Reading {
        Reading {
            record,
            words: words.into(),
            only_packs: false,
            packed_parts: Vec::new(),
        }
    }

    fn packing(record: Record, words: impl Into<String>) -> Reading {
        Reading {
            only_packs: !has_bit_fields(&record),
            ..Reading::new(record, words)
        }
    }
}

/// How a member is aligned where the file is from, in octets.
#[derive(Clone, Copy)]
pub(super) struct MemberAlign {
    /// What its type asks for.
    pub(super) of_type: u64,
    /// What a compiler reported of the member itself.
    pub(super) reported: Option<u64>,
    /// Whether one that its declaration asks for may be missing in the debug information: where the compiler writes none down, or its type asks for more, so that what is written may come from a `#pragma pack`.
    pub(super) is_hidden: bool,
}

impl MemberAlign {
    /// The same under `#pragma pack`.
    fn within(self, pack: Option<u32>) -> MemberAlign {
        MemberAlign {
            of_type: pack.map_or(self.of_type, |pack| self.of_type.min(pack.into())),
            ..self
        }
    }
}

/// What `#pragma pack` is given.
const PACKS: [u32; 5] = [1, 2, 4, 8, 16];

/// Those that can make a difference to a record on some ABI: `widest` is the most that anything in it is aligned to on any. For bit-fields any does; without them, 1 is the same as `packed`.
fn packs(record: &Record, widest: u32) -> impl Iterator<Item = u32> + use<> {
    let all = has_bit_fields(record);
    PACKS
        .into_iter()
        .filter(move |&pack| all || 1 < pack && pack < widest)
}

fn has_bit_fields(record: &Record) -> bool {
    record.members.iter().any(|member| member.bits.is_some())
}

/// Whether a reading takes padding away that another leaves.
pub(super) fn is_packing(record: &Record, than: &Record) -> bool {
    let members = |record: &Record| record.members.iter().filter(|member| member.packed).count();
    let is_packed = record.packed && !than.packed;
    is_packed || record.pack != than.pack || members(record) > members(than)
}

/// The readings of a record, the simplest first: that is, as it is written down.
///
/// `aligns` are the alignments of its members where the file is from; `widest` is the most that anything in it is aligned to on any ABI, in octets.
pub(super) fn simple(
    record: &Record,
    observed: &Observed,
    aligns: &[MemberAlign],
    widest: u32,
) -> Vec<Reading> {
    match record.rules {
        // Nothing is packed in Go.
        Rules::Go => return vec![Reading::new(record.clone(), "")],
        Rules::Zig => return vec![with_alignments(record, aligns)],
        Rules::Ada => return with_and_without_clause(record, observed),
        Rules::C | Rules::Rust | Rules::Pascal => {}
    }
    let mut readings = Vec::new();
    for Reading { record, words, .. } in with_and_without_aligned(record) {
        let also = |more: &str| join(&words, more);
        readings.push(Reading::new(record.clone(), words.clone()));
        let packed = Record {
            packed: true,
            ..record.clone()
        };
        readings.push(Reading::packing(packed.clone(), also("packed")));
        for pack in packs(&record, widest) {
            readings.push(Reading::packing(
                packed_to(pack, &record),
                also(&format!("`#pragma pack({pack})`")),
            ));
            if let Some(hidden) = with_hidden_alignments(&record, observed, aligns, pack) {
                let how = format!("alignments of members that `#pragma pack({pack})` hides");
                readings.push(Reading::new(packed_to(pack, &hidden), also(&how)));
            }
        }
        if has_bit_fields(&record) {
            // In GCC the two are not the same as `packed` alone, where there are bit-fields.
            for pack in PACKS {
                let how = format!("packed and `#pragma pack({pack})`");
                readings.push(Reading::new(packed_to(pack, &packed), also(&how)));
            }
        }
        // `packed, aligned(N)` on a member is what `#pragma pack(N)` looks like, too.
        let is_plain = |align: &MemberAlign| {
            !align
                .reported
                .is_some_and(|reported| 1 < reported && reported < align.of_type)
        };
        // One member by itself is packed in no other language.
        if record.rules == Rules::C && aligns.iter().all(is_plain) {
            for packed in some_packed(&record, observed, aligns) {
                readings.push(Reading::packing(packed, also("some members packed")));
            }
        }
    }
    for gaps in [Gaps::BetweenBitFields, Gaps::ToBoundary, Gaps::All] {
        let Some(filled) = filled(record, observed, gaps) else {
            continue;
        };
        for Reading { record, words, .. } in with_and_without_aligned(&filled) {
            let words = join(gaps.words(), &words);
            let packed = Record {
                packed: true,
                ..record.clone()
            };
            let packs =
                PACKS.map(|pack| (packed_to(pack, &record), format!("`#pragma pack({pack})`")));
            readings.push(Reading::new(record, words.clone()));
            readings.push(Reading::new(packed, join(&words, "packed")));
            for (packed, how) in packs {
                readings.push(Reading::new(packed, join(&words, &how)));
            }
        }
    }
    readings
}

/// More readings of a record, for one that none of the simple ones agrees with: several attributes at once, and bit-fields without a name where there are no others.
///
/// `reported` is its alignment in octets, where a compiler was asked; `char` the type of an octet.
pub(super) fn last_resort(
    record: &Record,
    observed: &Observed,
    aligns: &[MemberAlign],
    reported: Option<u64>,
    char: TypeId,
) -> Vec<Reading> {
    let mut readings = Vec::new();
    for Reading { record, words, .. } in with_and_without_aligned(record) {
        if record.rules != Rules::C {
            break;
        }
        for pack in [None].into_iter().chain(PACKS.map(Some)) {
            let aligns: Vec<_> = aligns.iter().map(|align| align.within(pack)).collect();
            let how = pack.map_or_else(String::new, |pack| format!("`#pragma pack({pack})` and "));
            let mut push = |record: Record, how: String| {
                readings.push(Reading::new(Record { pack, ..record }, join(&words, &how)));
            };
            for some in some_packed(&record, observed, &aligns) {
                let aligned = with_reported(&some, &aligns);
                for some in [some].into_iter().chain(aligned) {
                    push(some, format!("{how}some members packed"));
                }
            }
            let packed = Record {
                packed: true,
                ..record.clone()
            };
            if let Some(packed) = with_reported(&packed, &aligns) {
                push(packed, format!("{how}packed"));
            }
        }
    }
    // gcc for sh4 keeps quiet about an alignment that every record would have if it were not packed.
    if let Some(align) = reported.and_then(|align| u32::try_from(align).ok()) {
        let packed = Record {
            packed: true,
            aligned: Some(align),
            ..record.clone()
        };
        readings.push(Reading::new(packed, format!("packed and aligned({align})")));
    }
    // rustc writes the alignment that comes out, and nothing but `align(N)` gives it more than its fields have.
    let align = observed.align.and_then(|align| u32::try_from(align).ok());
    if let (Some(align), Rules::Rust, None) = (align, record.rules, record.aligned) {
        let aligned = Record {
            aligned: Some(align),
            ..record.clone()
        };
        readings.push(Reading::new(aligned, format!("align({align})")));
    }
    let all_unnamed = with_octets(record, observed, char);
    readings.extend(all_unnamed.map(|record| Reading::new(record, ALL_UNNAMED)));
    readings
}

/// The words of the reading that explains nearly anything.
pub(super) const ALL_UNNAMED: &str = "bit-fields without a name for all that no member takes";

/// With bit-fields of an octet each wherever no member is, at the end, too: `__u8 :8`, `__u64 :64`. `None` where there is no room for one, or for too many.
fn with_octets(record: &Record, observed: &Observed, char: TypeId) -> Option<Record> {
    const MAX_OCTETS: u64 = 256;
    if record.kind == RecordKind::Union {
        return None;
    }
    let octet = Member::unnamed(char).bits(8);
    let mut members = Vec::new();
    let mut end = 0;
    let mut left = MAX_OCTETS;
    let mut fill = |members: &mut Vec<Member>, from: u64, to: u64| -> Option<()> {
        let octets = to.checked_sub(from)? / 8;
        left = left.checked_sub(octets)?;
        members.extend((0..octets).map(|_| octet.clone()));
        Some(())
    };
    for (member, place) in record.members.iter().zip(&observed.members) {
        fill(&mut members, end, place.bit_offset)?;
        members.push(member.clone());
        end = place.bit_offset.saturating_add(place.bit_size?);
    }
    fill(&mut members, end, observed.size.saturating_mul(8))?;
    (members.len() > record.members.len()).then(|| Record {
        members,
        ..record.clone()
    })
}

/// What is written down of a record's alignment is what came out; it may have come from a member.
fn with_and_without_aligned(record: &Record) -> Vec<Reading> {
    let mut readings = vec![Reading::new(record.clone(), "")];
    if let Some(align) = record.aligned {
        let aligned = None;
        let without = Record {
            aligned,
            ..record.clone()
        };
        readings.push(Reading::new(without, format!("without aligned({align})")));
    }
    readings
}

/// With alignments of its members that `#pragma pack` cuts down. gcc writes none of these at the member: only the record's alignment shows that an attribute asked for one. `None` where it does not show, or no member lies where it could have one.
fn with_hidden_alignments(
    record: &Record,
    observed: &Observed,
    aligns: &[MemberAlign],
    pack: u32,
) -> Option<Record> {
    let align = record.aligned.filter(|_| record.rules == Rules::C)?;
    let align = align.min(pack);
    let mut with = record.clone();
    for ((member, place), own) in with.members.iter_mut().zip(&observed.members).zip(aligns) {
        let is_there = place.bit_offset.is_multiple_of(8 * u64::from(align));
        let is_reported = own.reported.is_none_or(|reported| reported >= align.into());
        if member.role == Role::Field && member.bits.is_none() && is_there && is_reported {
            member.aligned = member.aligned.or(Some(align));
        }
    }
    (with != *record).then_some(with)
}

/// With the alignment of each member that has another than its type.
fn with_alignments(record: &Record, aligns: &[MemberAlign]) -> Reading {
    let mut with = record.clone();
    for (member, align) in with.members.iter_mut().zip(aligns) {
        let other = align.reported.filter(|of| *of != align.of_type);
        if let Some(other) = other.and_then(|other| u32::try_from(other).ok()) {
            member.packed = u64::from(other) < align.of_type;
            member.aligned = Some(other);
        }
    }
    Reading::new(with, "")
}

/// With the alignment of each member that has more than its type, as a compiler told it that writes none of them down; `None` where none has.
pub(super) fn with_told_alignments(record: &Record, aligns: &[MemberAlign]) -> Option<Reading> {
    if record.rules != Rules::C {
        return None;
    }
    let mut with = record.clone();
    for (member, align) in with.members.iter_mut().zip(aligns) {
        let more = align.reported.filter(|of| *of > align.of_type);
        let more = more.and_then(|more| u32::try_from(more).ok());
        member.aligned = member.aligned.max(more);
    }
    (with != *record).then(|| Reading::new(with, "aligned members"))
}

/// As it would lie by itself, with `pragma Pack`, or with a clause that places the components where they are.
fn with_and_without_clause(record: &Record, observed: &Observed) -> Vec<Reading> {
    let mut readings = Vec::new();
    for Reading { record, words, .. } in with_and_without_aligned(record) {
        let packed = Record {
            packed: true,
            ..record.clone()
        };
        let placed = observed.members.iter().map(|member| member.bit_offset);
        let placed = Record {
            placed: Some(placed.collect()),
            ..record.clone()
        };
        // Bits of an octet only a clause shares out, or a pragma that puts them in the same places.
        if has_bit_fields(&record) {
            readings.push(Reading::new(placed, words.clone()));
            continue;
        }
        readings.push(Reading::new(record, words.clone()));
        readings.push(Reading::new(
            placed,
            join(&words, "a representation clause"),
        ));
        readings.push(Reading::packing(packed, join(&words, "`pragma Pack`")));
    }
    readings
}

fn packed_to(pack: u32, record: &Record) -> Record {
    Record {
        pack: Some(pack),
        ..record.clone()
    }
}

fn join(words: &str, more: &str) -> String {
    match (words, more) {
        ("", words) | (words, "") => words.to_owned(),
        (words, more) => format!("{words}, {more}"),
    }
}

/// Of so many members each is tried by itself.
const MAX_TRIED_SINGLY: usize = 8;

/// With some members packed: those that must be, because they lie where nothing of their type would or a compiler reported less alignment; and all that can be, because there is no padding before them. Of these one may be left, the first or the last of the most aligned, which aligns the record; or, in small records with bit-fields, any, or all but any.
fn some_packed(record: &Record, observed: &Observed, aligns: &[MemberAlign]) -> Vec<Record> {
    let is_union = record.kind == RecordKind::Union;
    let mut end = Some(0);
    let mut must = Vec::new();
    let mut can = Vec::new();
    for ((member, place), align) in record.members.iter().zip(&observed.members).zip(aligns) {
        let is_bit_field = member.bits.is_some();
        let aligned = place
            .bit_offset
            .is_multiple_of(align.of_type.saturating_mul(8));
        // How much of a base others use is not known.
        let adjacent = is_union || end.is_none_or(|end| end == place.bit_offset);
        let is_field = member.role == Role::Field;
        must.push(
            is_field
                && match align.reported {
                    Some(reported) => reported < align.of_type,
                    None => !aligned && !is_bit_field,
                },
        );
        let has_alignment = is_bit_field || align.of_type > 1;
        can.push(is_field && adjacent && align.reported.is_none() && has_alignment);
        let size = place.bit_size.or(is_field.then_some(0));
        end = size.map(|size| place.bit_offset.saturating_add(size));
    }
    let most = aligns.iter().map(|align| align.of_type).max();
    let is_most = |align: &MemberAlign| Some(align.of_type) == most;
    let but = |left: Option<usize>| -> Vec<bool> {
        let places = can.iter().zip(&must).enumerate();
        places
            .map(|(place, (&can, &must))| must || can && Some(place) != left)
            .collect()
    };
    let first = but(aligns.iter().position(is_most));
    let last = but(aligns.iter().rposition(is_most));
    let all = but(None);
    let mut choices = vec![must.clone(), first, last, all];
    if has_bit_fields(record) && can.len() <= MAX_TRIED_SINGLY {
        let one = |place: usize| {
            let places = can.iter().zip(&must).enumerate();
            let packed = |(at, (&can, &must)): (usize, (&bool, &bool))| must || can && at == place;
            places.map(packed).collect()
        };
        choices.extend((0..can.len()).map(one));
        choices.extend((0..can.len()).map(|place| but(Some(place))));
    }
    let mut found: Vec<Record> = Vec::new();
    for packed in choices {
        if !packed.contains(&true) {
            continue;
        }
        let mut with = record.clone();
        for (member, packed) in with.members.iter_mut().zip(packed) {
            member.packed |= packed;
        }
        if !found.contains(&with) {
            found.push(with);
        }
    }
    found
}

/// With the alignment of each packed member that a compiler reported of it, where that may be hidden: `packed, aligned(N)`. `None` where none is.
fn with_reported(record: &Record, aligns: &[MemberAlign]) -> Option<Record> {
    let mut with = record.clone();
    for (member, align) in with.members.iter_mut().zip(aligns) {
        let is_packed = member.packed || record.packed;
        let reported = align
            .reported
            .filter(|of| *of > 1 && is_packed && align.is_hidden);
        let reported = reported.and_then(|reported| u32::try_from(reported).ok());
        member.aligned = member.aligned.max(reported);
    }
    (with != *record).then_some(with)
}

/// Where bit-fields without a name may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gaps {
    /// Wherever there are unused bits before a bit-field.
    BetweenBitFields,
    /// There, but of width 0: the rest of a unit stays unused.
    ToBoundary,
    /// Wherever there are unused bits before or after a bit-field.
    All,
}

impl Gaps {
    fn words(self) -> &'static str {
        match self {
            Gaps::BetweenBitFields => "bit-fields without a name between the others",
            Gaps::ToBoundary => "bit-fields without a name, of width 0, between the others",
            Gaps::All => "bit-fields without a name in all unused bits",
        }
    }
}

/// With bit-fields without a name, of the type of the bit-field before, or after where there is none; `None` where there is no room for one.
fn filled(record: &Record, observed: &Observed, gaps: Gaps) -> Option<Record> {
    if record.kind == RecordKind::Union {
        return None;
    }
    let mut filled = Record {
        members: Vec::new(),
        ..record.clone()
    };
    let mut before: Option<&Member> = None;
    let mut end = Some(0);
    let ends_at = observed.size.saturating_mul(8);
    let mut places = observed.members.iter();
    for member in &record.members {
        let place = places.next()?;
        let next_to_bit_field = match gaps {
            Gaps::All => before.is_some() || member.bits.is_some(),
            _ => member.bits.is_some(),
        };
        if next_to_bit_field {
            let like = before.unwrap_or(member);
            let gap = end.and_then(|end| place.bit_offset.checked_sub(end));
            fill(&mut filled, like, gap, gaps);
        }
        filled.members.push(member.clone());
        let size = place.bit_size.or((member.role == Role::Field).then_some(0));
        end = size.map(|size| place.bit_offset.saturating_add(size));
        before = Some(member).filter(|member| member.bits.is_some());
    }
    if let (Gaps::All, Some(like)) = (gaps, before) {
        let gap = end.and_then(|end| ends_at.checked_sub(end));
        fill(&mut filled, like, gap, gaps);
    }
    (filled.members.len() > record.members.len()).then_some(filled)
}

/// In bits: narrow enough for a bit-field of any type.
const MAX_UNNAMED_WIDTH: u64 = 8;
/// More in a row are nobody's.
const MAX_UNNAMED_IN_A_ROW: usize = 16;

fn fill(record: &mut Record, like: &Member, gap: Option<u64>, gaps: Gaps) {
    let mut gap = gap.unwrap_or_default();
    if gap == 0 {
        return;
    }
    let unnamed = |bits| Member::unnamed(like.kind).bits(bits);
    if gaps == Gaps::ToBoundary {
        record.members.push(unnamed(0));
        return;
    }
    for _ in 0..MAX_UNNAMED_IN_A_ROW {
        let bits = gap.min(MAX_UNNAMED_WIDTH);
        if bits == 0 {
            break;
        }
        record
            .members
            .push(unnamed(u32::try_from(bits).unwrap_or_default()));
        gap -= bits;
    }
}
