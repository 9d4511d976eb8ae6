//! A struct or a union: its fields made ready, placed by the rule of the ABI, and what lies between them.

use std::sync::Arc;

use crate::abi::{Abi, BitFieldPacking, Dialect, PodRule};
use crate::types::{Lies, Record, Role, Rules, TypeId};

use super::class::{Class, is_kept};
use super::field::{Field, Frame, Places};
use super::shape::Shape;
use super::{Hole, Layout, LayoutError, Placed, clang, gcc, microsoft, msvc};

/// `shape` tells that of a member's type.
pub(super) fn lay_out<'a>(
    abi: &Abi,
    id: TypeId,
    record: &'a Record,
    shape: impl Fn(TypeId) -> Result<Shape, LayoutError>,
) -> Result<Layout<'a>, LayoutError> {
    let in_record = abi.in_record(record.packed);
    let abi = in_record.as_ref().unwrap_or(abi);
    let frame = Frame::new(abi, record)?;
    let fields = record
        .members
        .iter()
        .map(|member| Field::new(abi, member, shape(member.kind)?))
        .collect::<Result<Vec<Field<'a>>, LayoutError>>()?;
    let places = match &record.class {
        _ if record.placed.is_some() => placed(&frame, &fields, record)?,
        None if fields.iter().any(|field| field.role != Role::Field) => {
            return Err(LayoutError::Base);
        }
        None => match record.rules {
            Rules::C | Rules::Ada | Rules::Zig => place(&frame, &fields)?,
            // Go's port has words of 8 octets there.
            Rules::Go if abi.name() == "wasm32" => {
                return Err(LayoutError::NotModelled {
                    what: "a type of Go, whose words have 8 octets on WebAssembly".to_owned(),
                });
            }
            Rules::Go if !abi.has_go_port() => {
                return Err(LayoutError::NotModelled {
                    what: "a type of Go, whose own compiler has no port for this machine"
                        .to_owned(),
                });
            }
            Rules::Go => go(&frame, gcc::place(&frame, &fields)?, &fields)?,
            Rules::Pascal => gcc::place(&frame, &fields)?,
            // It has no bit-fields, and lays everything else out alike on all machines.
            Rules::Rust => gcc::place(&frame, &fields)?,
        },
        Some(class) => {
            let is_pod = match (abi.pod_rule(), abi.compiler()) {
                (PodRule::Cpp11, _) => class.is_pod_11,
                (PodRule::Undefaulted, _) => class.is_pod_undefaulted,
                (PodRule::Cpp03, Dialect::Gcc) => class.is_pod,
                (PodRule::Cpp03, Dialect::Clang) => class.is_pod_by_clang,
            };
            let class = Class {
                is_pod,
                is_packed: record.packed,
                has_virtual_function: class.has_virtual_function,
                functions: record.functions.clone(),
                ..Class::new(id)
            };
            place_class(&frame, &fields, class)?
        }
    };
    let declared = fields.iter().zip(&places.offsets);
    let declared = declared.filter(|(field, _)| field.role != Role::VirtualBase);
    let declared = declared.map(|(field, &bit_offset)| Placed {
        name: field.name,
        kind: field.kind,
        bit_offset,
        bit_size: field.size(),
        is_bit_field: field.is_bit_field(),
        role: field.role,
    });
    let bases = places.virtual_bases.iter().map(|base| Placed {
        name: None,
        kind: base.kind,
        bit_offset: base.bit_offset,
        bit_size: base.bit_size,
        is_bit_field: false,
        role: Role::VirtualBase,
    });
    let members: Vec<Placed<'a>> = declared.chain(bases).collect();
    Ok(Layout {
        size: places.size,
        align: places.align,
        padding: padding(&members, places.base_pointer, 8 * places.size),
        base_pointer: places.base_pointer,
        members,
        shape: Shape {
            size: places.size,
            align: places.align,
            first: places.first,
            natural: places.align,
            required: places.required,
            scalar: 0,
            integer: false,
            flexible: false,
            is_reference: false,
            class: places.class,
        },
    })
}

/// As a representation clause has it. The record is as large as its last octet asks for, and aligned as its components are (Ada RM 13.5.1; GNAT RM, Alignment Clauses).
fn placed(frame: &Frame<'_>, fields: &[Field<'_>], record: &Record) -> Result<Places, LayoutError> {
    let offsets: Vec<u64> = record.placed.iter().flatten().copied().collect();
    if offsets.len() != fields.len() {
        return Err(LayoutError::Missing);
    }
    let mut end = 0;
    let mut align = frame.aligned.unwrap_or(8);
    for (field, &offset) in fields.iter().zip(&offsets) {
        end = end.max(frame.within_limit(offset.saturating_add(field.size()))?);
        // What lies where its type would not aligns nothing.
        if offset.is_multiple_of(field.type_align()) && !field.is_bit_field() {
            align = align.max(field.type_align());
        }
    }
    // What has the size of an integer is aligned as one, where it has bits of others in it (GNAT, `Alignment`).
    if fields.iter().any(Field::is_bit_field) && matches!(end, 8 | 16 | 32 | 64) {
        let mode = frame.abi.mode_align(usize::try_from(end / 8).unwrap_or(1));
        align = align.max(8 * u64::try_from(mode).unwrap_or(1));
    }
    let size = end.next_multiple_of(align);
    frame.within_limit(size)?;
    Ok(Places::new(size / 8, align / 8, offsets))
}

/// An address of the last field must be one in the object.
fn go(frame: &Frame<'_>, places: Places, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    let ends_in_nothing = fields.last().is_some_and(|last| last.size() == 0);
    let has_more = fields.iter().any(|field| field.size() > 0);
    let end = fields.iter().zip(&places.offsets);
    let end = end.map(|(field, offset)| offset + field.size()).max();
    if !ends_in_nothing || !has_more {
        return Ok(places);
    }
    let size = (end.unwrap_or_default() / 8 + 1).next_multiple_of(places.align);
    frame.within_limit(8 * size)?;
    Ok(Places { size, ..places })
}

fn place_class(
    frame: &Frame<'_>,
    fields: &[Field<'_>],
    class: Class,
) -> Result<Places, LayoutError> {
    if frame.abi.bit_field_packing() == BitFieldPacking::Msvc {
        return msvc::place_class(frame, fields, class);
    }
    if frame.is_union {
        return union_class(place(frame, fields)?, fields, class);
    }
    match (frame.abi.bit_field_packing(), frame.abi.compiler()) {
        (BitFieldPacking::Dense, _) | (_, Dialect::Gcc)
            if frame.abi.bit_field_packing() != BitFieldPacking::Microsoft =>
        {
            gcc::place_class(frame, fields, class)
        }
        (_, Dialect::Clang) => clang::place_class(frame, fields, class),
        (_, Dialect::Gcc) => microsoft::place_class(frame, fields, class),
    }
}

/// A union has no bases, and no octet of it is free for others.
fn union_class(places: Places, fields: &[Field<'_>], class: Class) -> Result<Places, LayoutError> {
    if fields.iter().any(|field| field.role != Role::Field) {
        return Err(LayoutError::Base);
    }
    let is_empty = fields.iter().all(Field::is_empty_bit_field);
    let size = if is_empty { places.align } else { places.size };
    let own = is_empty.then_some((0, class.id));
    let mut empty: Vec<(u64, TypeId)> = own.into_iter().collect();
    for field in fields {
        let inside = field.shape.class.iter().flat_map(|class| &class.empty);
        empty.extend(inside);
        is_kept(empty.len())?;
    }
    let class = Class {
        base_size: size,
        base_align: places.align,
        is_empty,
        empty_as_base: empty.clone(),
        empty,
        ..class
    };
    Ok(Places {
        size,
        class: Some(Arc::new(class)),
        ..places
    })
}

fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    match (frame.abi.bit_field_packing(), frame.abi.compiler()) {
        (BitFieldPacking::Msvc, _) => msvc::place(frame, fields),
        (
            BitFieldPacking::Sysv
            | BitFieldPacking::Aapcs
            | BitFieldPacking::Aix
            | BitFieldPacking::Microsoft,
            Dialect::Clang,
        ) => clang::place(frame, fields),
        (BitFieldPacking::Microsoft, Dialect::Gcc) => microsoft::place(frame, fields),
        // Clang knows no dense bit-fields.
        (BitFieldPacking::Dense, _)
        | (BitFieldPacking::Sysv | BitFieldPacking::Aapcs, Dialect::Gcc) => {
            gcc::place(frame, fields)
        }
        // A record decides between two others: `Abi::in_record`.
        (BitFieldPacking::Rx, _) => Err(LayoutError::NotModelled {
            what: "a record of RX that is neither packed nor not".to_owned(),
        }),
        (BitFieldPacking::Aix, Dialect::Gcc) => Err(LayoutError::NotModelled {
            what: "a record of GCC on AIX".to_owned(),
        }),
    }
}

/// What a file says of a record, or of what has no members.
pub(super) fn as_it_lies(lies: &Lies) -> Layout<'_> {
    let members: Vec<Placed<'_>> = lies
        .members
        .iter()
        .map(|member| Placed {
            name: member.name.as_deref(),
            kind: member.kind,
            bit_offset: member.bit_offset,
            bit_size: member.bit_size,
            is_bit_field: member.is_bit_field,
            role: member.role,
        })
        .collect();
    // What nobody says asks for nothing.
    let align = lies.align.unwrap_or(1);
    Layout {
        size: lies.size,
        align,
        padding: match members.is_empty() {
            true => Vec::new(),
            false => padding(&members, None, lies.size.saturating_mul(8)),
        },
        base_pointer: None,
        members,
        shape: Shape {
            size: lies.size,
            align,
            first: align,
            natural: align,
            required: 1,
            scalar: 0,
            integer: false,
            flexible: false,
            is_reference: false,
            class: None,
        },
    }
}

/// What neither a member covers nor the pointer, of so many bits.
fn padding(members: &[Placed<'_>], pointer: Option<Hole>, bits: u64) -> Vec<Hole> {
    let members = members
        .iter()
        .map(|member| (member.bit_offset, member.bit_size));
    let pointer = pointer.map(|pointer| (pointer.bit_offset, pointer.bit_size));
    let mut pieces: Vec<(u64, u64)> = members.chain(pointer).collect();
    // In a struct they are in order, but for members that take no room.
    pieces.sort_unstable();
    let mut holes = Vec::new();
    let mut covered = 0;
    for (offset, size) in pieces.into_iter().chain([(bits, 0)]) {
        if offset > covered {
            holes.push(Hole {
                bit_offset: covered,
                bit_size: offset - covered,
            });
        }
        covered = covered.max(offset + size);
    }
    holes
}
