//! Enumerations of Rust whose variants have contents.
//!
//! Whether one has a `repr` leaves no trace, and without one it is laid out as rustc likes: here is what it is made of, for whoever has the source.

use std::sync::Arc;

use super::observed::{Observed, ObservedMember};
use crate::types::{Member, Record, RecordKind, Rules, TypeId};

/// What such an enumeration is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Variants {
    /// Its name: see [`Name::path`](super::Name::path).
    pub path: Arc<str>,
    /// The integer that says which variant it is, where that stands for itself at the beginning.
    pub discriminant: Option<TypeId>,
    /// In the order of their declaration.
    pub variants: Vec<Variant>,
    pub(super) observed: Observed,
    /// Of the discriminant, in octets.
    pub(super) discriminant_extent: (u64, u64),
}

/// A variant of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its fields, and how they lie in the enumeration.
    pub fields: Vec<(Member, ObservedMember)>,
    /// The most that a field is aligned to, in octets.
    pub(super) align: u64,
}

/// In which way a `repr` lays it out (Rust RFC 2195).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tagging {
    /// `repr(u8)`: a union of structs, each of which begins with the discriminant.
    Union,
    /// `repr(C)`, `repr(C, u8)`: a struct of the discriminant and a union of the fields.
    Struct,
}

impl Variants {
    /// The type of a field that takes all of it, where there is one.
    pub(super) fn only_field(&self) -> Option<TypeId> {
        let mut fields = self.variants.iter().flat_map(|variant| &variant.fields);
        let all = self.observed.size.checked_mul(8);
        let (only, _) = fields.find(|(_, place)| place.bit_size == all)?;
        Some(only.kind)
    }

    /// It as records, with how they lie in the file. `add` takes a record in.
    pub fn records(
        &self,
        tagging: Tagging,
        mut add: impl FnMut(Record, Observed, String) -> TypeId,
    ) -> Option<(Record, Observed)> {
        let discriminant = Member::new("tag", self.discriminant?);
        let (tag_size, tag_align) = self.discriminant_extent;
        let tag_place = ObservedMember {
            bit_offset: 0,
            bit_size: Some(8 * tag_size),
            align: None,
            is_computed: false,
        };
        let fields = self.variants.iter().flat_map(|variant| &variant.fields);
        let first = fields.map(|(_, place)| place.bit_offset).min();
        let begins = match tagging {
            Tagging::Union => 0,
            Tagging::Struct => first.unwrap_or(8 * tag_size),
        };
        let mut union = record(RecordKind::Union, Vec::new());
        let mut union_places = Vec::new();
        let mut union_align = 1;
        for variant in &self.variants {
            let mut align = variant.align;
            let mut members = variant.fields.clone();
            if tagging == Tagging::Union {
                members.insert(0, (discriminant.clone(), tag_place));
                align = align.max(tag_align);
            } else if members.is_empty() {
                continue;
            }
            for (_, place) in &mut members {
                place.bit_offset = place.bit_offset.saturating_sub(begins);
            }
            let ends = members.iter().map(|(_, place)| {
                let size = place.bit_size.unwrap_or_default();
                place.bit_offset.saturating_add(size).div_ceil(8)
            });
            let size = ends.max().unwrap_or_default();
            let size = size.checked_next_multiple_of(align.max(1)).unwrap_or(size);
            let (members, places) = members.into_iter().unzip();
            let observed = Observed {
                size,
                align: Some(align),
                members: places,
                may_be_pod: false,
            };
            let tag = format!("{}::{}", self.path, variant.name);
            let kind = add(record(RecordKind::Struct, members), observed, tag);
            union.members.push(Member::new(&variant.name, kind));
            union_places.push(ObservedMember {
                bit_offset: 0,
                bit_size: size.checked_mul(8),
                align: None,
                is_computed: false,
            });
            union_align = union_align.max(align);
        }
        if tagging == Tagging::Union {
            let observed = Observed {
                members: union_places,
                ..self.observed.clone()
            };
            return Some((union, observed));
        }
        let sizes = union_places.iter().filter_map(|place| place.bit_size);
        let size = sizes.max().unwrap_or_default();
        let has_payload = !union.members.is_empty();
        let of_union = Observed {
            size: size / 8,
            align: Some(union_align),
            members: union_places,
            may_be_pod: false,
        };
        let mut members = vec![(discriminant, tag_place)];
        if has_payload {
            let payload = add(union, of_union, format!("{} (payload)", self.path));
            let place = ObservedMember {
                bit_offset: begins,
                bit_size: Some(size),
                align: None,
                is_computed: false,
            };
            members.push((Member::new("payload", payload), place));
        }
        let (members, places) = members.into_iter().unzip();
        let observed = Observed {
            members: places,
            ..self.observed.clone()
        };
        Some((record(RecordKind::Struct, members), observed))
    }
}

pub(super) fn record(kind: RecordKind, members: Vec<Member>) -> Record {
    Record {
        members,
        rules: Rules::Rust,
        ..Record::new(kind)
    }
}
