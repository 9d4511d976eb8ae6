//! The ways in which a record can be read: what may have stood in the source beside what debug information tells.

use crate::dwarf::Observed;
use crate::types::{Member, Record, RecordKind};

/// A record with attributes, and what they are in words.
pub(super) struct Reading {
    pub(super) record: Record,
    pub(super) words: String,
    /// Whether it differs from what is written down only by taking padding away: where there is none, it is the same.
    pub(super) only_packs: bool,
    /// Whether it is thought of only where nothing else agrees: a compiler would have written it down, mostly.
    pub(super) last_resort: bool,
}

impl Reading {
    pub(super) fn new(record: Record, words: impl Into<String>) -> Reading {
        Reading {
            record,
            words: words.into(),
            only_packs: false,
            last_resort: false,
        }
    }

    fn packing(record: Record, words: impl Into<String>) -> Reading {
        let no_bit_fields = record.members.iter().all(|member| member.bits.is_none());
        Reading {
            only_packs: no_bit_fields,
            ..Reading::new(record, words)
        }
    }
}

/// What `#pragma pack` is given.
const PACKS: [u32; 5] = [1, 2, 4, 8, 16];

/// All readings of a record, the simplest first: that is, as it is written down.
///
/// `told` is its alignment in octets, where a compiler was asked.
pub(super) fn of(record: &Record, observed: &Observed, told: Option<u64>) -> Vec<Reading> {
    let mut readings = attributes(record);
    if let Some(packed) = some_packed(record, observed) {
        readings.push(Reading::packing(packed, "some members packed"));
    }
    if record.members.iter().any(|member| member.bits.is_some()) {
        let unnamed: Vec<_> = [Gaps::BetweenBitFields, Gaps::ToBoundary, Gaps::All]
            .into_iter()
            .filter_map(|gaps| Some((filled(record, observed, gaps)?, gaps.words())))
            .collect();
        for (record, words) in unnamed {
            for Reading {
                record,
                words: also,
                ..
            } in attributes(&record)
            {
                let also = if also.is_empty() {
                    also
                } else {
                    format!(", {also}")
                };
                readings.push(Reading::new(record, format!("{words}{also}")));
            }
        }
    }
    // gcc for sh4 keeps quiet about an alignment that every record would have if it were not packed.
    if let Some(align) = told.and_then(|align| u32::try_from(align).ok()) {
        let packed = Record {
            packed: true,
            aligned: Some(align),
            ..record.clone()
        };
        readings.push(Reading {
            last_resort: true,
            ..Reading::new(packed, format!("packed and aligned({align})"))
        });
    }
    readings
}

/// With the attributes that a record as a whole can have.
fn attributes(record: &Record) -> Vec<Reading> {
    let mut readings = vec![Reading::new(record.clone(), "")];
    // Written down is what came out; it may have come from a member.
    if let Some(align) = record.aligned {
        let aligned = None;
        let without = Record {
            aligned,
            ..record.clone()
        };
        readings.push(Reading::new(without, format!("without aligned({align})")));
    }
    let packed = Record {
        packed: true,
        ..record.clone()
    };
    readings.push(Reading::packing(packed, "packed"));
    for pack in PACKS {
        let packed = Record {
            pack: Some(pack),
            ..record.clone()
        };
        readings.push(Reading::packing(packed, format!("`#pragma pack({pack})`")));
    }
    readings
}

/// With those members packed that lie right after the one before, but not where something of their size would be aligned; `None` where there are none such, or nothing else.
fn some_packed(record: &Record, observed: &Observed) -> Option<Record> {
    if record.kind == RecordKind::Union {
        return None;
    }
    let mut packed = record.clone();
    let mut end = 0;
    for (member, place) in packed.members.iter_mut().zip(&observed.members) {
        let size = place.bit_size.unwrap_or_default();
        // The alignment of a type divides its size: what is not even at a multiple of 2 octets is packed, if its size is.
        let odd = !place.bit_offset.is_multiple_of(largest_power_of_two(size));
        if member.bits.is_none() && odd && place.bit_offset == end {
            member.packed = true;
        }
        end = place.bit_offset.saturating_add(size);
    }
    let some = packed.members.iter().filter(|member| member.packed).count();
    (some > 0 && some < packed.members.len()).then_some(packed)
}

/// Of those that divide it.
fn largest_power_of_two(size: u64) -> u64 {
    1 << size.trailing_zeros().min(63)
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
    let mut end = 0;
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
            fill(&mut filled, like, place.bit_offset.checked_sub(end), gaps);
        }
        filled.members.push(member.clone());
        end = place
            .bit_offset
            .saturating_add(place.bit_size.unwrap_or_default());
        before = Some(member).filter(|member| member.bits.is_some());
    }
    if let (Gaps::All, Some(like)) = (gaps, before) {
        fill(&mut filled, like, ends_at.checked_sub(end), gaps);
    }
    (filled.members.len() > record.members.len()).then_some(filled)
}

/// In bits: narrow enough for a bit-field of any type.
const WIDEST: u64 = 8;
/// More in a row are nobody's.
const MOST_IN_A_ROW: usize = 16;

fn fill(record: &mut Record, like: &Member, gap: Option<u64>, gaps: Gaps) {
    let mut gap = gap.unwrap_or_default();
    if gap == 0 {
        return;
    }
    let unnamed = |bits| Member {
        name: None,
        kind: like.kind,
        bits: Some(bits),
        packed: false,
        aligned: None,
    };
    if gaps == Gaps::ToBoundary {
        record.members.push(unnamed(0));
        return;
    }
    for _ in 0..MOST_IN_A_ROW {
        let bits = gap.min(WIDEST);
        if bits == 0 {
            break;
        }
        record
            .members
            .push(unnamed(u32::try_from(bits).unwrap_or_default()));
        gap -= bits;
    }
}
