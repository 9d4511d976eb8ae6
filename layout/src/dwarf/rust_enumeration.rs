//! Reads enumerations of Rust whose variants have contents (DWARF 5, 5.7.10).

use std::sync::Arc;

use gimli::constants as c;

use super::class::PlainOldData;
use super::entry::{self, Entry, Location};
use super::enumeration;
use super::error::Problem;
use super::info::At;
use super::observed::Observed;
use super::reader::{Open, Reader, Resolved, alignment};
use super::rust;
use super::variants::{Variant, Variants, record};
use crate::types::{Enum, RecordKind, Type};

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
