//! Structs, unions and classes (DWARF 5, 5.7).

use std::sync::Arc;

use gimli::constants as c;

use super::bit_field;
use super::build::Build;
use super::entry::{self, Entry, Location};
use super::error::Problem;
use super::info::At;
use super::language::Language;
use super::program::{MemberSource, Observed, ObservedMember};
use super::reader::{Open, Reader, Resolved, alignment};
use crate::types::{Member, Record, RecordKind, Type};

/// A member as it is declared, and where it lies.
struct Placed {
    member: Member,
    observed: ObservedMember,
    source: MemberSource,
    /// What an attribute asked for, on the member or on its type, in octets.
    asked: Option<u32>,
    depth: usize,
}

/// Why a record is no plain old data, in words.
type Reason = String;

/// What is gathered of a record.
#[derive(Default)]
struct Parts {
    members: Vec<(Member, ObservedMember)>,
    sources: Vec<MemberSource>,
    /// The most that an attribute of a member asked for, in octets.
    asked: Option<u32>,
    depth: usize,
}

impl<'a> Reader<'_, 'a> {
    /// Reads a record: what it declares, and how it lies in this file.
    pub(super) fn record(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        if let Some(elsewhere) = self.announced(open, entry, at, name)? {
            return Ok(elsewhere);
        }
        let tag = self.path(open, entry)?;
        let tag = tag.as_ref().unwrap_or(name);
        let size = entry::unsigned(entry, c::DW_AT_byte_size);
        let parts = match self.members(open, entry, at, tag)? {
            Ok(parts) => parts,
            Err(reason) => return Ok(self.opaque(format!("`{tag}`, {reason}"), size)),
        };
        let Some(size) = size else {
            return Ok(self.opaque(format!("`{tag}`, whose size is not said"), None));
        };
        let kind = if entry.tag() == c::DW_TAG_union_type {
            RecordKind::Union
        } else {
            RecordKind::Struct
        };
        let align = alignment(entry);
        let (own, exact) = match open.unit.language {
            // rustc writes the alignment of every type.
            Language::Rust => (None, align),
            // gcc writes the one that comes out when any attribute, be it a member's, asked for one.
            _ if open.is_gcc() => (align.filter(|_| align != parts.asked), align),
            // Clang writes the one that the record itself asked for.
            _ => (align, None),
        };
        let (members, observed) = parts.members.into_iter().unzip();
        // `-fpack-struct` is the same as an attribute on each.
        let pack_struct = self.builds.unit().and_then(Build::pack_struct);
        let record = Record {
            kind,
            members,
            packed: pack_struct == Some(None),
            pack: pack_struct.flatten(),
            aligned: own,
        };
        let observed = Observed {
            size,
            align: exact.map(u64::from),
            members: observed,
        };
        let id = self.interned.laid_out(Type::Record(record), observed, tag);
        self.builds.has(id);
        self.interned.sources.entry(id).or_insert(parts.sources);
        Ok(Resolved {
            asked: align.filter(|_| open.unit.language != Language::Rust),
            depth: parts.depth + 1,
            ..Resolved::new(id, Some(size))
        })
    }

    /// What stands for a type that is only announced (`struct args;`): the definition in a type unit (DWARF 5, 5.7.1 `DW_AT_signature`), or words. `None` for one that is defined here.
    pub(super) fn announced(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
        name: &Arc<str>,
    ) -> Result<Option<Resolved>, Problem> {
        if let Some(signature) = entry::value(entry.attrs(), c::DW_AT_signature) {
            return self.referred(at.unit, Some(&signature), name).map(Some);
        }
        if !entry::flag(entry, c::DW_AT_declaration) {
            return Ok(None);
        }
        let tag = self.path(open, entry)?;
        let tag = tag.as_ref().unwrap_or(name);
        let what = format!("`{tag}`, which is only announced here");
        Ok(Some(self.opaque(what, None)))
    }

    fn members(
        &mut self,
        open: &Open<'a>,
        record: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
    ) -> Result<Result<Parts, Reason>, Problem> {
        let mut parts = Parts::default();
        for child in self.children(&open.unit, record)? {
            let placed = match child.tag() {
                c::DW_TAG_member if !is_static(&child) => {
                    self.member(open, &child, at, tag, parts.members.len())?
                }
                c::DW_TAG_inheritance => match self.base_class(&child, at, tag)? {
                    Ok(None) => continue,
                    Ok(Some(_)) if !parts.members.is_empty() => {
                        Err("which has a base class that is not its beginning".to_owned())
                    }
                    Ok(Some(base)) => Ok(base),
                    Err(reason) => Err(reason),
                },
                c::DW_TAG_variant_part => Err("which has variants with contents".to_owned()),
                _ => continue,
            };
            match placed {
                Ok(placed) => {
                    parts.members.push((placed.member, placed.observed));
                    parts.sources.push(placed.source);
                    parts.asked = parts.asked.max(placed.asked);
                    parts.depth = parts.depth.max(placed.depth);
                }
                Err(reason) => return Ok(Err(reason)),
            }
        }
        Ok(Ok(parts))
    }

    fn member(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
        index: usize,
    ) -> Result<Result<Placed, Reason>, Problem> {
        let name = self
            .own_name(&open.unit, entry)?
            .map(|name| name.into_owned());
        let shown = name.clone().unwrap_or_else(|| format!("#{index}"));
        if entry::flag(entry, c::DW_AT_artificial) && shown.starts_with("_vptr") {
            return Ok(Err("which has virtual functions".to_owned()));
        }
        let octets = match entry::location(entry) {
            Location::Absent => 0,
            Location::At(octets) => octets,
            Location::Computed => {
                return Ok(Err(format!(
                    "whose member `{shown}` lies at a computed place"
                )));
            }
        };
        let inside: Arc<str> = format!("{tag}.{shown}").into();
        let of = entry::value(entry.attrs(), c::DW_AT_type);
        let of = self.referred(at.unit, of.as_ref(), &inside)?;
        let bits = entry::number(entry, c::DW_AT_bit_size);
        let nonsense = || {
            Ok(Err(format!(
                "whose member `{shown}` lies at no possible place"
            )))
        };
        let (bits, bit_offset, bit_size) = match bits.map(u32::try_from) {
            Some(Ok(bits)) => {
                let order = self.machine.byte_order;
                let offset = bit_field::bit_offset(entry, octets, of.size, bits, order);
                (Some(bits), offset, Some(u64::from(bits)))
            }
            Some(Err(_)) => return nonsense(),
            None => {
                let size = of.size.and_then(|size| size.checked_mul(8));
                (None, octets.checked_mul(8), size)
            }
        };
        let Some(bit_offset) = bit_offset else {
            return nonsense();
        };
        // rustc writes the alignment that a member happens to have; it asks for nothing.
        let asked = alignment(entry).filter(|_| open.unit.language != Language::Rust);
        let (packed, aligned) = match (asked, of.asked) {
            (Some(asked), Some(of_type)) if asked == of_type => (false, None),
            // gcc writes what comes out. With less than the type asks for it was packed, or there was a `#pragma pack`.
            (Some(asked), Some(of_type)) if asked < of_type && open.is_gcc() => (asked == 1, None),
            (asked, _) => (false, asked),
        };
        let member = Member {
            name,
            kind: of.id,
            bits,
            packed,
            aligned,
        };
        let observed = ObservedMember {
            bit_offset,
            bit_size,
        };
        Ok(Ok(Placed {
            member,
            observed,
            source: self.member_source(open, entry, at)?,
            asked: asked.or(of.asked),
            depth: of.depth,
        }))
    }

    /// A base class: `None` where it is empty and takes no room, else a member without a name.
    ///
    /// Only what was plain old data in C++03 is certain to be laid out as a member would be: the end of another may be filled with the members of what derives from it (Itanium C++ ABI, 2.4 II).
    fn base_class(
        &mut self,
        inheritance: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
    ) -> Result<Result<Option<Placed>, Reason>, Problem> {
        let Location::At(octets) = entry::location(inheritance) else {
            return Ok(Err("which has a virtual base class".to_owned()));
        };
        let value = entry::value(inheritance.attrs(), c::DW_AT_type);
        let base = self.referred(at.unit, value.as_ref(), tag)?;
        let Some(Type::Record(record)) = self.interned.types.get(base.id) else {
            return Ok(Err("whose base class is no plain old data".to_owned()));
        };
        if record.members.is_empty() {
            return Ok(Ok(None));
        }
        let target = value.and_then(|value| self.info.target(at.unit, &value));
        let plain = match target {
            Some(target) => self.is_plain_old_data(target)?,
            None => false,
        };
        if !plain {
            return Ok(Err("whose base class is no plain old data".to_owned()));
        }
        let member = Member {
            name: None,
            kind: base.id,
            bits: None,
            packed: false,
            aligned: None,
        };
        let observed = ObservedMember {
            bit_offset: octets.saturating_mul(8),
            bit_size: base.size.and_then(|size| size.checked_mul(8)),
        };
        Ok(Ok(Some(Placed {
            member,
            observed,
            source: MemberSource::default(),
            asked: base.asked,
            depth: base.depth,
        })))
    }

    fn is_plain_old_data(&mut self, class: At) -> Result<bool, Problem> {
        let (open, entry) = self.entry_of(class)?;
        let name = self.own_name(&open.unit, &entry)?.unwrap_or_default();
        let private_unless_told = entry.tag() == c::DW_TAG_class_type;
        for child in self.children(&open.unit, &entry)? {
            let plain = match child.tag() {
                c::DW_TAG_inheritance => false,
                c::DW_TAG_member if !is_static(&child) => {
                    match entry::number(&child, c::DW_AT_accessibility) {
                        None => !private_unless_told,
                        Some(access) => access == i128::from(c::DW_ACCESS_public.0),
                    }
                }
                c::DW_TAG_subprogram if !entry::flag(&child, c::DW_AT_artificial) => {
                    let function = self.own_name(&open.unit, &child)?.unwrap_or_default();
                    function != name && !function.starts_with('~') && function != "operator="
                }
                _ => true,
            };
            if !plain {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A static member is a variable; before DWARF 5 it is written as a member all the same (DWARF 4, 5.5.6).
fn is_static(member: &Entry<'_>) -> bool {
    entry::flag(member, c::DW_AT_external) || entry::flag(member, c::DW_AT_declaration)
}
