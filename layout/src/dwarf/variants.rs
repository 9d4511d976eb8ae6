//! Enumerations of Rust whose variants have contents (DWARF 5, 5.7.10).
//!
//! Whether one has a `repr` leaves no trace, and without one it is laid out as rustc likes: here is what it is made of, for whoever has the source.

use std::sync::Arc;

use gimli::constants as c;

use super::class::PlainOldData;
use super::entry::{self, Entry, Location};
use super::enumeration;
use super::error::Problem;
use super::info::At;
use super::program::{Observed, ObservedMember};
use super::reader::{Open, Reader, Resolved, alignment};
use super::rust;
use crate::types::{Enum, Member, Record, RecordKind, Rules, Type, TypeId};

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
    observed: Observed,
    /// Of the discriminant, in octets.
    discriminant_extent: (u64, u64),
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
    align: u64,
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
    fn only_field(&self) -> Option<TypeId> {
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

fn record(kind: RecordKind, members: Vec<Member>) -> Record {
    Record {
        members,
        rules: Rules::Rust,
        ..Record::new(kind)
    }
}

impl<'a> Reader<'_, 'a> {
    /// Reads the variants of an enumeration; `whole` is the entry that they are in.
    pub(super) fn variants(
        &mut self,
        open: &Open<'a>,
        whole: &Entry<'a>,
        part: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let size = entry::unsigned(whole, c::DW_AT_byte_size);
        let children = self.children(&open.unit, part)?;
        let Some(octets) = size else {
            return Ok(self.opaque(format!("`{tag}`, whose size is not said"), None));
        };
        let observed = Observed {
            size: octets,
            align: alignment(whole).map(u64::from),
            ..Observed::default()
        };
        let is_variant = |child: &&Entry<'a>| child.tag() == c::DW_TAG_variant;
        if !children.iter().any(|child| is_variant(&child)) {
            // Nobody has a value of it.
            let nothing = Type::Record(record(RecordKind::Struct, Vec::new()));
            let id = self.interned.laid_out(nothing, observed, tag);
            self.builds.has(id);
            return Ok(Resolved::new(id, size));
        }
        let mut variants = Variants {
            path: Arc::clone(tag),
            discriminant: None,
            variants: Vec::new(),
            observed,
            discriminant_extent: (0, 1),
        };
        let (mut least, mut greatest) = (i128::MAX, i128::MIN);
        let member = children
            .iter()
            .find(|child| child.tag() == c::DW_TAG_member);
        let signed = match member {
            Some(member) => self.is_signed(at, member)?,
            None => false,
        };
        for child in children.iter().filter(is_variant) {
            if let Some(value) = enumeration::constant(child, c::DW_AT_discr_value, octets, signed)
            {
                (least, greatest) = (least.min(value), greatest.max(value));
            }
            if let Err(reason) = self.variant(open, child, at, tag, &mut variants)? {
                return Ok(self.opaque(format!("`{tag}`, {reason}"), size));
            }
        }
        if rust::is_integer_or_zero(tag)
            && let Some(integer) = variants.only_field()
        {
            return Ok(Resolved::new(integer, size));
        }
        let is_hidden = match member {
            Some(member) => {
                let of = entry::value(member.attrs(), c::DW_AT_type);
                let of = self.referred(at.unit, of.as_ref(), tag)?;
                let declared = self.interned.types.get(of.id);
                let fixed = match declared {
                    Some(Type::Untraced { declared, .. }) => *declared,
                    _ => of.id,
                };
                let is_first =
                    matches!(entry::location(member), Location::At(0) | Location::Absent);
                let extent = (of.size.unwrap_or_default(), alignment(member).unwrap_or(1));
                // One that is hidden in a field has a range of values, and no variant for each.
                let all_told = children
                    .iter()
                    .filter(is_variant)
                    .all(|child| child.attr(c::DW_AT_discr_value).is_some());
                if is_first && all_told {
                    let may_be_c = self.may_be_c(extent.0, signed, least);
                    variants.discriminant_extent = (extent.0, extent.1.into());
                    variants.discriminant = Some(self.interned.plain(Type::Enum(Enum {
                        fixed: Some(fixed),
                        may_be_c,
                        ..Enum::new(least, greatest)
                    })));
                }
                variants.discriminant.is_none()
            }
            None => true,
        };
        if is_hidden || rust::is_of_the_library(tag) {
            let what = format!(
                "`{tag}` has no `repr`: where rustc keeps which variant it is, is its own choice"
            );
            let id = self.interned.plain(Type::Unspecified { what });
            return Ok(Resolved::new(id, size));
        }
        let what = format!(
            "`{tag}`, which has variants with contents: whether it has a `repr` leaves no trace"
        );
        let resolved = self.opaque(what, size);
        self.interned
            .variants
            .entry(resolved.id)
            .or_insert(variants);
        Ok(resolved)
    }

    fn variant(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
        variants: &mut Variants,
    ) -> Result<Result<(), String>, Problem> {
        for child in self.children(&open.unit, entry)? {
            let of = entry::value(child.attrs(), c::DW_AT_type);
            let target = of.and_then(|of| self.info.target(at.unit, &of));
            let (Some(target), c::DW_TAG_member) = (target, child.tag()) else {
                continue;
            };
            let name = self.own_name(&open.unit, &child)?.unwrap_or_default();
            let mut variant = Variant {
                name: name.into_owned(),
                fields: Vec::new(),
                align: 1,
            };
            let (inside, fields) = self.entry_of(target)?;
            let mut plain = PlainOldData::of(&fields);
            for field in self.children(&inside.unit, &fields)? {
                if field.tag() != c::DW_TAG_member {
                    continue;
                }
                let index = variant.fields.len();
                let placed = self.member(&inside, &field, target, tag, index, &mut plain)?;
                match placed {
                    Ok(placed) => variant.fields.push((placed.member, placed.observed)),
                    Err(reason) => return Ok(Err(reason)),
                }
                let align = alignment(&field).unwrap_or(1);
                variant.align = variant.align.max(align.into());
            }
            variants.variants.push(variant);
        }
        Ok(Ok(()))
    }
}
