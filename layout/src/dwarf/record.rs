//! Structs, unions and classes (DWARF 5, 5.7).

use std::sync::Arc;

use gimli::constants as c;

use super::bit_field;
use super::build::Build;
use super::class::PlainOldData;
use super::entry::{self, Entry, Location};
use super::error::Problem;
use super::info::At;
use super::language::Language;
use super::library;
use super::machine::Format;
use super::observed::{Observed, ObservedMember};
use super::placed::{Placed, Reason};
use super::program::MemberSource;
use super::reader::{Open, Reader, Resolved, alignment};
use super::rust;
use crate::abi::{ByteOrder, Typedef};
use crate::types::{Member, Record, RecordKind, Role, Type, TypeId};

/// What is gathered of a record.
struct Parts {
    members: Vec<(Member, ObservedMember)>,
    sources: Vec<MemberSource>,
    /// The most that an attribute of a member asked for, in octets.
    asked: Option<u32>,
    depth: usize,
    stored: Option<ByteOrder>,
    plain: PlainOldData,
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
        if open.unit.language == Language::Rust {
            if rust::is_pointer_or_null(tag) && size == Some(self.machine.pointer_size.into()) {
                return Ok(self.pointer(&open.unit, size));
            }
            if rust::is_tuple(tag) {
                let what = format!("`{tag}` is a tuple, whose fields rustc orders");
                let id = self.interned.plain(Type::Unspecified { what });
                return Ok(Resolved::new(id, size));
            }
        }
        if open.unit.language == Language::Rust {
            let children = self.children(&open.unit, entry)?;
            let mut children = children.iter();
            if let Some(part) = children.find(|child| child.tag() == c::DW_TAG_variant_part) {
                return self.variants(open, entry, part, at, tag);
            }
        }
        let parts = match self.members(open, entry, at, tag)? {
            Ok(parts) => parts,
            Err(reason) => {
                let opaque = self.opaque(format!("`{tag}`, {reason}"), size);
                // A class of the library is that, whatever else is not known of it.
                return Ok(match library::outermost(tag) {
                    Some(name) if open.unit.language == Language::Cpp => {
                        let of = opaque.id;
                        Resolved::new(self.interned.plain(Type::Library { of, name }), size)
                    }
                    _ => opaque,
                });
            }
        };
        let Some(size) = size else {
            return Ok(self.opaque(format!("`{tag}`, whose size is not said"), None));
        };
        // LDC writes a union as a struct.
        let is_overlaid = open.unit.language == Language::D
            && parts.members.len() > 1
            && parts
                .members
                .iter()
                .all(|(_, place)| place.bit_offset == 0 && place.bit_size != Some(0));
        let kind = if entry.tag() == c::DW_TAG_union_type || is_overlaid {
            RecordKind::Union
        } else {
            RecordKind::Struct
        };
        let align = alignment(entry);
        if let (Language::Ada, Some(align)) = (open.unit.language, align) {
            // GNAT writes one for a type that it pads for a variable, too.
            let what = format!(
                "`{tag}`, of {size} octets aligned to {align} here: by a clause, or because GNAT aligned a variable of it"
            );
            return Ok(self.opaque(what, Some(size)));
        }
        let (own, exact) = match () {
            () if open.tells_every_alignment() => (None, align),
            // gcc writes the one that comes out when any attribute, be it a member's, asked for one.
            () if open.is_gcc() => (align.filter(|_| align != parts.asked), align),
            // Clang writes the one that the record itself asked for.
            () => (align, None),
        };
        let mut members = parts.members;
        if let Some(order) = parts.stored {
            self.swap_enumerations(&mut members, order);
        }
        let (members, observed) = members.into_iter().unzip();
        let (class, functions, may_be_pod) = parts.plain.finish();
        let is_cxx = open.unit.language == Language::Cpp;
        let has_virtual = is_cxx && class.has_virtual_function;
        // `-fpack-struct` is the same as an attribute on each.
        let pack_struct = self.builds.unit().and_then(Build::pack_struct);
        let record = Record {
            kind,
            members,
            packed: pack_struct == Some(None),
            pack: pack_struct.flatten(),
            aligned: own,
            class: is_cxx.then_some(class),
            functions: has_virtual.then(|| Arc::new(functions)),
            placed: None,
            rules: open.rules(),
        };
        let observed = Observed {
            size,
            align: exact.map(u64::from),
            members: observed,
            may_be_pod: is_cxx && may_be_pod,
        };
        // What has no members lies as any class that has none.
        let library = library::outermost(tag).filter(|_| is_cxx && !record.members.is_empty());
        let mut id = self.interned.laid_out(Type::Record(record), observed, tag);
        self.builds.has(id);
        self.interned.sources.entry(id).or_insert(parts.sources);
        if let Some(name) = library {
            id = self.interned.plain(Type::Library { of: id, name });
        }
        Ok(Resolved {
            asked: align.filter(|_| !open.tells_every_alignment()),
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
        Ok(Some(self.sizeless(what)))
    }

    fn members(
        &mut self,
        open: &Open<'a>,
        record: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
    ) -> Result<Result<Parts, Reason>, Problem> {
        let mut parts = Parts {
            members: Vec::new(),
            sources: Vec::new(),
            asked: None,
            depth: 0,
            stored: None,
            plain: PlainOldData::of(record),
        };
        let plain = &mut parts.plain;
        for child in self.children(&open.unit, record)? {
            let placed = match child.tag() {
                c::DW_TAG_member if !is_static(&child) => {
                    self.member(open, &child, at, tag, parts.members.len(), plain)?
                }
                c::DW_TAG_inheritance => self.base_class(&child, at, tag, plain)?,
                c::DW_TAG_subprogram if open.unit.language == Language::Cpp => {
                    self.member_function(open, record, at, &child, plain)?;
                    continue;
                }
                _ => continue,
            };
            match placed {
                Ok(placed) => {
                    parts.members.push((placed.member, placed.observed));
                    parts.sources.push(placed.source);
                    parts.asked = parts.asked.max(placed.asked);
                    parts.depth = parts.depth.max(placed.depth);
                    parts.stored = parts.stored.or(placed.stored);
                }
                Err(reason) => return Ok(Err(reason)),
            }
        }
        Ok(match self.point_to_virtual_bases(&mut parts) {
            Ok(()) => Ok(parts),
            Err(reason) => Err(reason),
        })
    }

    /// What Microsoft's ABI has for virtual bases is a pointer to a table of their places, and no member says it; others have the pointer to the virtual table for it.
    fn point_to_virtual_bases(&mut self, parts: &mut Parts) -> Result<(), Reason> {
        let roles = |parts: &Parts, role| parts.members.iter().any(|(of, _)| of.role == role);
        if !roles(parts, Role::VirtualBase) || roles(parts, Role::VtablePointer) {
            return Ok(());
        }
        if roles(parts, Role::Base) {
            if self.machine.format == Format::Coff {
                return Err(
                    "whose pointer to its virtual bases lies where DWARF does not say".to_owned(),
                );
            }
            return Ok(());
        }
        let pointer = self.vtable_pointer(0);
        let place = parts
            .members
            .iter()
            .position(|(of, _)| of.role == Role::Field)
            .unwrap_or(parts.members.len());
        parts
            .members
            .insert(place, (pointer.member, pointer.observed));
        parts.sources.insert(place, pointer.source);
        Ok(())
    }

    pub(super) fn member(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
        tag: &Arc<str>,
        index: usize,
        plain: &mut PlainOldData,
    ) -> Result<Result<Placed, Reason>, Problem> {
        let name = self
            .own_name(&open.unit, entry)?
            .map(|name| name.into_owned());
        let shown = name.clone().unwrap_or_else(|| format!("#{index}"));
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
        if entry::flag(entry, c::DW_AT_artificial) && shown.starts_with("_vptr") {
            plain.is_none();
            return Ok(Ok(self.vtable_pointer(octets)));
        }
        if of.is_reference {
            plain.is_none();
        }
        let mut kind = of.id;
        let address = u64::from(self.machine.pointer_size);
        if open.unit.language == Language::D
            && (tag.ends_with("[]") || tag.ends_with("[])") || &**tag == "string")
            && shown == "length"
            && of.size == Some(address)
        {
            // A slice: a size and a pointer (D ABI, Arrays).
            kind = self.interned.plain(Type::Typedef(Typedef::Size));
        }
        if open.unit.language == Language::Rust
            && rust::is_definite(tag)
            && let Some(Type::Untraced { declared, .. }) = self.interned.types.get(kind)
        {
            kind = *declared;
        }
        plain.field(entry, of.id, self.class_of(of.id));
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
        // A component of Ada that has all bits of its type is no bit-field, wherever a clause puts it.
        let is_whole = open.unit.language == Language::Ada
            && bit_offset.is_multiple_of(8)
            && of.size.and_then(|size| size.checked_mul(8)) == bit_size;
        let bits = bits.filter(|_| !is_whole);
        if of.stored.is_some() && bits.is_some() {
            return Ok(Err(format!(
                "whose bit-field `{shown}` has a storage order of its own: it decides from which end it is filled, too"
            )));
        }
        // An alignment that a member happens to have asks for nothing.
        let asked = alignment(entry).filter(|_| !open.tells_every_alignment());
        let (packed, aligned) = match (asked, of.asked) {
            (Some(asked), Some(of_type)) if asked == of_type => (false, None),
            // gcc writes what comes out. With less than the type asks for it was packed, or there was a `#pragma pack`.
            (Some(asked), Some(of_type)) if asked < of_type && open.is_gcc() => (asked == 1, None),
            (asked, _) => (false, asked),
        };
        let member = Member {
            name,
            kind,
            bits,
            packed,
            aligned,
            role: Role::Field,
            no_unique_address: false,
        };
        let observed = ObservedMember {
            bit_offset,
            bit_size,
            align: alignment(entry)
                .filter(|_| open.tells_members_alignment())
                .map(u64::from),
            is_computed: false,
        };
        Ok(Ok(Placed {
            member,
            observed,
            source: self.member_source(open, entry, at)?,
            asked: asked.or(of.asked),
            depth: of.depth,
            stored: of.stored,
        }))
    }

    /// A pointer to a virtual table that the class has itself.
    fn vtable_pointer(&mut self, octets: u64) -> Placed {
        let size = u64::from(self.machine.pointer_size);
        Placed {
            member: Member {
                role: Role::VtablePointer,
                ..Member::new("_vptr", self.interned.plain(Type::VtablePointer))
            },
            observed: ObservedMember {
                bit_offset: octets.saturating_mul(8),
                bit_size: Some(8 * size),
                align: None,
                is_computed: false,
            },
            source: MemberSource::default(),
            asked: None,
            depth: 0,
            stored: None,
        }
    }

    /// A record whose numbers are swapped has swapped enumerations, too, which nothing says of themselves.
    fn swap_enumerations(&mut self, members: &mut [(Member, ObservedMember)], order: ByteOrder) {
        for (member, _) in members {
            member.kind = self.swapped(member.kind, order);
        }
    }

    /// Bounded by the arrays that a reader nests.
    fn swapped(&mut self, id: TypeId, order: ByteOrder) -> TypeId {
        match self.interned.types.get(id) {
            Some(&Type::Array { element, count }) => {
                let element = self.swapped(element, order);
                self.interned.plain(Type::Array { element, count })
            }
            Some(Type::Enum(_)) => self.interned.plain(Type::Ordered {
                of: id,
                order,
                octets: None,
            }),
            _ => id,
        }
    }
}

/// A static member is a variable; before DWARF 5 it is written as a member all the same (DWARF 4, 5.5.6).
fn is_static(member: &Entry<'_>) -> bool {
    entry::flag(member, c::DW_AT_external) || entry::flag(member, c::DW_AT_declaration)
}
