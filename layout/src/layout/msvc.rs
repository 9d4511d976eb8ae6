//! Records as Microsoft's compiler lays them out, as far as Clang knows: `MicrosoftRecordLayoutBuilder` of
//! RecordLayoutBuilder.cpp (LLVM 14 to 19).
//!
//! An alignment that an attribute asks for is *required*: `#pragma pack` does not take it away, and it reaches the
//! records around.

use std::sync::Arc;

use crate::abi::Scalar;
use crate::types::Role;

use super::class::{Class, ZeroSized, is_kept};
use super::field::{Field, Frame, Places, VirtualBase};
use super::overriding::{adds_function, vtordisps};
use super::shape::octets;
use super::{Hole, LayoutError};

/// In C; an empty struct is no struct there. In octets.
const SIZE_OF_NOTHING: u64 = 4;
/// In C++.
const SIZE_OF_EMPTY_CLASS: u64 = 1;

/// Places the fields one after another, or, in a union, on one another.
pub(super) fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    let mut record = Record::start(frame);
    let mut offsets = Vec::with_capacity(fields.len());
    for field in fields {
        offsets.push(record.member(field)?);
    }
    let size = record.size.next_multiple_of(record.align);
    Ok(record.finish(size, SIZE_OF_NOTHING, offsets)?.0)
}

/// Places what a C++ class has: first the bases whose virtual tables it can share, then the others, then its fields; a pointer to the places of virtual bases and one to a virtual table of its own push what is behind them back; at the end are the virtual bases.
///
/// # Errors
/// Beside those of any record: what its functions override is not known, and decides.
pub(super) fn place_class(
    frame: &Frame<'_>,
    fields: &[Field<'_>],
    mut class: Class,
) -> Result<Places, LayoutError> {
    let mut record = Record::start(frame);
    let mut offsets = vec![0; fields.len()];
    let mut zero_sized = ZeroSized::default();
    let mut has_primary = false;
    let mut is_shared = false;
    // Where a pointer to the places of virtual bases comes: behind the last of the bases.
    let mut behind_bases = 0;
    let mut previous: Option<ZeroSized> = None;
    for field in fields {
        if let Some(base) = base(field)? {
            inherit(&mut class, base, field.role)?;
            class.is_polymorphic |= base.is_polymorphic;
            class.bases.push((field.role, Arc::clone(base)));
            is_shared |= field.role == Role::Base && base.has_base_pointer;
        }
    }
    for extends_vtable in [true, false] {
        for (field, offset) in fields.iter().zip(&mut offsets) {
            let Some(base) = base(field)?.filter(|_| field.role == Role::Base) else {
                continue;
            };
            if base.extends_vtable == extends_vtable {
                has_primary |= extends_vtable;
                match previous {
                    None => zero_sized.leads = base.zero_sized.leads,
                    Some(previous) if previous.ends && base.zero_sized.leads => record.size += 8,
                    Some(_) => {}
                }
                *offset = record.base(field)?;
                zero_sized.ends = base.zero_sized.ends;
                previous = Some(base.zero_sized);
            }
            if !extends_vtable {
                behind_bases = *offset + 8 * base.base_size;
            }
        }
    }
    for (field, offset) in fields.iter().zip(&mut offsets) {
        if field.role == Role::Field {
            *offset = record.member(field)?;
            if let Some(class) = field.shape.class.as_ref().filter(|_| !field.is_bit_field()) {
                zero_sized.ends = class.zero_sized.ends;
            }
        }
    }
    let has_virtual_bases = !class.virtual_bases.is_empty();
    let has_pointer = fields.iter().any(|field| field.role == Role::VtablePointer);
    // With virtual bases other ABIs have a pointer to a virtual table in any case.
    let own = match has_virtual_bases {
        true if has_primary => false,
        true if class.is_polymorphic => adds_function(&class)?,
        true => class.has_virtual_function,
        false => has_pointer,
    };
    class.is_polymorphic |= class.has_virtual_function || own;
    class.vtordisps = vtordisps(&class)?;
    let own_base_pointer = has_virtual_bases && !is_shared;
    let mut base_pointer = None;
    if own_base_pointer {
        base_pointer = Some(record.push_back_from(behind_bases, fields, &mut offsets)?);
    }
    if own {
        record.push_back(fields, &mut offsets)?;
        base_pointer = base_pointer.map(|place| place + record.pointer_room());
    }
    if own || own_base_pointer {
        record.align_for_pointer();
    }
    // What other ABIs declare as the one pointer is the one that is here.
    if let (Some(place), false, true) = (base_pointer, own, has_pointer) {
        for (field, offset) in fields.iter().zip(&mut offsets) {
            if field.role == Role::VtablePointer {
                *offset = place;
            }
        }
        base_pointer = None;
    }
    let base_pointer = base_pointer.map(|bit_offset| Hole {
        bit_offset,
        bit_size: record.pointer(),
    });
    let rounding = record
        .align
        .min(record.align_at_most.unwrap_or(record.align));
    let base_size = record.size.next_multiple_of(rounding);
    record.size = base_size;
    let virtual_bases = record.virtual_bases(&class, &mut zero_sized)?;
    let size = record.size;
    let (places, is_nothing) = record.finish(size, SIZE_OF_EMPTY_CLASS, offsets)?;
    if is_nothing {
        zero_sized = ZeroSized {
            leads: true,
            ends: true,
        };
    }
    let class = Class {
        base_size: base_size / 8,
        base_align: places.align,
        required: places.required,
        zero_sized,
        extends_vtable: own || has_primary,
        is_dynamic: own || has_primary,
        has_base_pointer: has_virtual_bases,
        ..class
    };
    Ok(Places {
        virtual_bases,
        base_pointer,
        class: Some(Arc::new(class)),
        ..places
    })
}

/// The class that a base is; `None` of other members.
fn base<'f>(field: &'f Field<'_>) -> Result<Option<&'f Arc<Class>>, LayoutError> {
    match (field.role, &field.shape.class) {
        (Role::Base | Role::VirtualBase, Some(base)) if !base.is_array => Ok(Some(base)),
        (Role::Base | Role::VirtualBase, _) => Err(LayoutError::Base),
        _ => Ok(None),
    }
}

/// The virtual bases of a base, then itself where it is one (`CXXRecordDecl::setBases`).
///
/// # Errors
/// There are too many.
fn inherit(class: &mut Class, base: &Arc<Class>, role: Role) -> Result<(), LayoutError> {
    let itself = (role == Role::VirtualBase).then_some(base);
    for base in base.virtual_bases.iter().chain(itself) {
        if !class.virtual_bases.iter().any(|known| known.id == base.id) {
            class.virtual_bases.push(Arc::clone(base));
        }
    }
    is_kept(class.virtual_bases.len())
}

/// A record that is being laid out. Everything is in bits.
struct Record<'a> {
    frame: &'a Frame<'a>,
    size: u64,
    align: u64,
    required: u64,
    /// The largest alignment that is not required.
    align_at_most: Option<u64>,
    /// Whether sizes are rounded up to what is required, even to 1 octet.
    is_64_bit: bool,
    /// The unit that bit-fields are filling.
    unit: Option<Unit>,
}

struct Unit {
    size: u64,
    remaining: u64,
}

impl<'a> Record<'a> {
    fn start(frame: &'a Frame<'a>) -> Record<'a> {
        let pointer = 8 * octets(frame.abi.size(Scalar::Pointer));
        // "The MS-ABI ignores pragma pack if its larger than the pointer size."
        let pack = frame.pack.filter(|pack| *pack <= pointer);
        Record {
            frame,
            size: 0,
            align: 8,
            required: 8,
            align_at_most: if frame.packed { Some(8) } else { pack },
            is_64_bit: pointer == 64,
            unit: None,
        }
    }

    fn member(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        match field.width {
            Some(0) => self.empty_bit_field(field),
            Some(width) => self.bit_field(field, width),
            None => self.field(field),
        }
    }

    /// `layoutNonVirtualBase`
    fn base(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        let required = 8 * field.shape.required;
        let align = 8 * field.shape.natural;
        let align = align.min(self.align_at_most.unwrap_or(align));
        self.align = self.align.max(align);
        self.required = self.required.max(required);
        let place = self.allocate(align.max(required))?;
        self.size = self.frame.within_limit(place + field.size())?;
        Ok(place)
    }

    /// `injectVFPtr`
    fn push_back(&mut self, fields: &[Field<'_>], offsets: &mut [u64]) -> Result<(), LayoutError> {
        let by = self.pointer_room();
        self.size = self.frame.within_limit(self.size + by)?;
        for (field, offset) in fields.iter().zip(offsets) {
            if field.role != Role::VtablePointer {
                *offset += by;
            }
        }
        Ok(())
    }

    /// `injectVBPtr`, behind the bases: the fields are pushed back, and where bases are that begin there. The place of the pointer.
    fn push_back_from(
        &mut self,
        site: u64,
        fields: &[Field<'_>],
        offsets: &mut [u64],
    ) -> Result<u64, LayoutError> {
        let place = site.next_multiple_of(self.pointer_align());
        let room = place + self.pointer() - site;
        let by = room.next_multiple_of(self.required.max(self.align));
        self.size = self.frame.within_limit(self.size + by)?;
        for (field, offset) in fields.iter().zip(offsets) {
            let is_behind =
                field.role == Role::Field || field.role == Role::Base && *offset >= site;
            if is_behind {
                *offset += by;
            }
        }
        Ok(place)
    }

    /// `layoutVirtualBases`, where none has virtual functions: then nothing is kept before them but between those of no size.
    fn virtual_bases(
        &mut self,
        class: &Class,
        zero_sized: &mut ZeroSized,
    ) -> Result<Vec<VirtualBase>, LayoutError> {
        let all = &class.virtual_bases;
        let required = all.iter().map(|base| 8 * base.required);
        self.required = required.fold(self.required.max(self.frame.aligned.unwrap_or(8)), u64::max);
        let mut between = 32;
        between = between.min(self.align_at_most.unwrap_or(between));
        between = between.max(self.required);
        let mut previous: Option<ZeroSized> = None;
        let mut placed = Vec::new();
        for base in all {
            let is_between =
                previous.is_some_and(|previous| previous.ends) && base.zero_sized.leads;
            if is_between || class.vtordisps.contains(&base.id) {
                self.size = self.size.next_multiple_of(between) + 32;
                self.align = self.align.max(between);
            }
            let align = 8 * base.base_align;
            let align = align.min(self.align_at_most.unwrap_or(align));
            self.align = self.align.max(align);
            let place = self.allocate(align.max(8 * base.required))?;
            self.size = self.frame.within_limit(place + 8 * base.base_size)?;
            zero_sized.ends = base.zero_sized.ends;
            previous = Some(base.zero_sized);
            placed.push(VirtualBase {
                kind: base.id,
                bit_offset: place,
                bit_size: 8 * base.base_size,
            });
        }
        Ok(placed)
    }

    fn pointer(&self) -> u64 {
        8 * octets(self.frame.abi.size(Scalar::Pointer))
    }

    /// "Respect pragma pack."
    fn pointer_align(&self) -> u64 {
        self.pointer()
            .min(self.align_at_most.unwrap_or(self.pointer()))
    }

    /// What a pointer at the start takes.
    fn pointer_room(&self) -> u64 {
        self.pointer()
            .next_multiple_of(self.required.max(self.align))
    }

    fn align_for_pointer(&mut self) {
        self.align = self.align.max(self.pointer_align());
    }

    fn field(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        self.unit = None;
        let required = field.aligned.unwrap_or(8).max(8 * field.shape.required);
        self.required = self.required.max(required);
        let align = self.adjusted(field, 8 * field.shape.natural, required);
        self.align = self.align.max(align);
        let place = self.allocate(align)?;
        let end = self.frame.within_limit(place + field.size())?;
        self.size = self.size.max(end);
        Ok(place)
    }

    fn bit_field(&mut self, field: &Field<'_>, width: u64) -> Result<u64, LayoutError> {
        let size = field.type_size();
        let align = self.align_of_unit(field);
        if let Some(unit) = &mut self.unit
            && !self.frame.is_union
            && unit.size == size
            && width <= unit.remaining
        {
            let place = self.size - unit.remaining;
            unit.remaining -= width;
            return Ok(place);
        }
        self.unit = Some(Unit {
            size,
            remaining: size - width,
        });
        if self.frame.is_union {
            self.size = self.size.max(size);
            return Ok(0);
        }
        let place = self.allocate(align)?;
        self.size = self.frame.within_limit(place + size)?;
        self.align = self.align.max(align);
        Ok(place)
    }

    /// "Zero-width bitfields are ignored unless they follow a non-zero-width bitfield."
    fn empty_bit_field(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        if self.unit.take().is_none() {
            return Ok(if self.frame.is_union { 0 } else { self.size });
        }
        if self.frame.is_union {
            self.size = self.size.max(field.type_size());
            return Ok(0);
        }
        let align = self.align_of_unit(field);
        self.size = self.allocate(align)?;
        self.align = self.align.max(align);
        Ok(self.size)
    }

    fn allocate(&self, align: u64) -> Result<u64, LayoutError> {
        if self.frame.is_union {
            return Ok(0);
        }
        self.frame.within_limit(self.size.next_multiple_of(align))
    }

    fn align_of_unit(&self, field: &Field<'_>) -> u64 {
        let required = field.aligned.unwrap_or(8).max(8 * field.shape.required);
        // An alignment that is asked for changes that of the unit only, and is not required of the record.
        self.adjusted(field, (8 * field.shape.natural).max(required), required)
    }

    /// `getAdjustedElementInfo`
    fn adjusted(&self, field: &Field<'_>, align: u64, required: u64) -> u64 {
        let mut align = align.min(self.align_at_most.unwrap_or(align));
        if field.packed {
            align = 8;
        }
        align.max(required)
    }

    /// `finalizeLayout`, of so many bits; and whether there is nothing in it.
    fn finish(
        self,
        mut size: u64,
        size_of_nothing: u64,
        offsets: Vec<u64>,
    ) -> Result<(Places, bool), LayoutError> {
        let required = self.required.max(self.frame.aligned.unwrap_or(8));
        let is_required = self.is_64_bit || required > 8;
        let mut align = self.align;
        if is_required {
            align = align.max(required);
            let rounding = align.min(self.align_at_most.unwrap_or(align));
            size = size.next_multiple_of(rounding.max(required));
        }
        let is_nothing = size == 0;
        if is_nothing {
            size = if is_required && required >= 8 * size_of_nothing {
                align
            } else {
                8 * size_of_nothing
            };
        }
        self.frame.within_limit(size)?;
        let places = Places {
            // Any alignment attribute makes the whole alignment a required one, even one that asks for less.
            required: if self.frame.aligned.is_some() {
                align.max(required) / 8
            } else {
                required / 8
            },
            ..Places::new(size / 8, align / 8, offsets)
        };
        Ok((places, is_nothing))
    }
}
