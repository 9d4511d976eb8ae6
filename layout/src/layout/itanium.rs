//! C++ classes by the Itanium C++ ABI (2.4), which every compiler but Microsoft's goes by: what lies where is asked of the rules for C (`Placing`), and here is what C++ adds. Names and order of steps are those of class.cc (GCC 12) and RecordLayoutBuilder.cpp (LLVM 14 to 19), which agree.

use std::sync::Arc;

use crate::abi::Scalar;
use crate::types::{Role, TypeId};

use super::LayoutError;
use super::class::{Class, is_kept};
use super::field::{Field, Frame, Places, VirtualBase};
use super::shape::octets;

/// A record that is being laid out by a compiler's rules for C. In bits.
pub(super) trait Placing: Clone {
    /// Places a member after the others.
    fn member(&mut self, field: &Field<'_>, is_last: bool) -> Result<u64, LayoutError>;
    /// Where the next member may begin.
    fn end(&self) -> u64;
    /// Leaves so many bits.
    fn leave(&mut self, bits: u64);
    /// The alignment so far.
    fn align(&self) -> u64;
    /// At least this alignment.
    fn raise(&mut self, align: u64);
    /// How an empty class is aligned that takes no room, in bits.
    fn align_of_empty(&self, field: &Field<'_>) -> u64 {
        field.type_align()
    }
}

/// The members of a class that is no union.
pub(super) fn place<P: Placing>(
    frame: &Frame<'_>,
    placing: P,
    fields: &[Field<'_>],
    mut class: Class,
) -> Result<Places, LayoutError> {
    let mut record = Record {
        placing,
        empty: Vec::new(),
        extent: 0,
        offsets: vec![0; fields.len()],
    };
    inherit(&mut class, fields)?;
    let own = |role| fields.iter().position(move |field| field.role == role);
    let primary = if let Some(place) = own(Role::VtablePointer) {
        class.is_dynamic = true;
        record.member(place, fields)?;
        None
    } else {
        primary(frame, &class, fields)
    };
    if let Some(Primary::Direct(place)) = primary {
        record.base(place, fields)?;
    }
    let mut virtual_bases = Vec::new();
    if let Some(Primary::Virtual(base)) = &primary {
        virtual_bases.push(record.virtual_base(base)?);
        class.primary.push(base.id);
    }
    for (place, field) in fields.iter().enumerate() {
        match field.role {
            Role::Base if primary != Some(Primary::Direct(place)) => record.base(place, fields)?,
            Role::Field => record.member(place, fields)?,
            _ => {}
        }
    }
    class.empty_as_base.clone_from(&record.empty);
    let base_size = record.octets().max(record.extent);
    let base_align = record.placing.align() / 8;
    for base in &class.virtual_bases {
        if !class.primary.contains(&base.id) {
            virtual_bases.push(record.virtual_base(base)?);
        }
    }
    class.data_size = record.octets().max(base_size);
    let mut size = record.octets().max(record.extent);
    if size == 0 && class.is_empty {
        size = 1;
    }
    let align = record.placing.align();
    let size = size.next_multiple_of(align / 8);
    frame.within_limit(8 * size)?;
    class.empty = record.empty;
    if class.is_empty {
        class.empty.push((0, class.id));
        class.empty_as_base.push((0, class.id));
    }
    is_kept(class.empty.len())?;
    if class.is_empty {
        class.data_size = 0;
    }
    (class.base_size, class.base_align) = if class.is_empty {
        (0, base_align)
    } else if class.is_pod {
        (size, align / 8)
    } else {
        (base_size, base_align)
    };
    Ok(Places {
        virtual_bases,
        class: Some(Arc::new(class)),
        ..Places::new(size, align / 8, record.offsets)
    })
}

/// What a class is by its members.
///
/// # Errors
/// A base is no class; there are too many virtual ones; or it is not known whether the class is empty.
fn inherit(class: &mut Class, fields: &[Field<'_>]) -> Result<(), LayoutError> {
    class.is_empty = true;
    for field in fields {
        let part = field.shape.class.as_ref();
        if field.role == Role::VtablePointer {
            class.is_empty = false;
        }
        if field.role == Role::Field {
            // A bit-field of no width is none.
            class.is_empty &= field.is_empty_bit_field();
            class.is_nearly_nothing |=
                field.no_unique_address && part.is_some_and(|part| part.is_empty && !part.is_array);
            continue;
        }
        let Some(base) = part.filter(|part| !part.is_array) else {
            if field.role == Role::VtablePointer {
                continue;
            }
            return Err(LayoutError::Base);
        };
        if base.is_nearly_nothing {
            return Err(LayoutError::NotModelled {
                what: "a base class of nothing but members without an address of their own: compilers disagree whether it is empty".to_owned(),
            });
        }
        class.is_dynamic |= base.is_dynamic || field.role == Role::VirtualBase;
        class.is_empty &= base.is_empty && field.role == Role::Base;
        let direct = (field.role == Role::VirtualBase).then_some(base);
        for base in direct.into_iter().chain(&base.virtual_bases) {
            if !class.virtual_bases.iter().any(|known| known.id == base.id) {
                class.virtual_bases.push(Arc::clone(base));
            }
        }
        for id in &base.primary {
            if !class.primary.contains(id) {
                class.primary.push(*id);
            }
        }
        is_kept(class.virtual_bases.len() + class.primary.len())?;
    }
    let has_others = fields
        .iter()
        .any(|field| field.role == Role::Field && !field.no_unique_address);
    class.is_nearly_nothing &= !has_others && !class.is_dynamic;
    Ok(())
}

/// The base whose virtual table a class shares.
#[derive(Clone, PartialEq, Eq)]
enum Primary {
    /// By its place among the fields.
    Direct(usize),
    Virtual(Arc<Class>),
}

/// 2.4 II.1: the first direct base that is dynamic, else the first virtual one that is nearly empty, best one that is not primary elsewhere.
fn primary(frame: &Frame<'_>, class: &Class, fields: &[Field<'_>]) -> Option<Primary> {
    let is_dynamic = |field: &Field<'_>| {
        field.role == Role::Base
            && field
                .shape
                .class
                .as_ref()
                .is_some_and(|class| class.is_dynamic)
    };
    if let Some(place) = fields.iter().position(is_dynamic) {
        return Some(Primary::Direct(place));
    }
    let pointer = octets(frame.abi.size(Scalar::Pointer));
    let bases = class.virtual_bases.iter();
    let mut nearly_empty = bases.filter(|base| base.is_dynamic && base.base_size == pointer);
    let mut all = nearly_empty.clone();
    let free = all.find(|base| !class.primary.contains(&base.id));
    let base = free.or_else(|| nearly_empty.next())?;
    Some(Primary::Virtual(Arc::clone(base)))
}

struct Record<P> {
    placing: P,
    /// The empty classes so far, with their places in octets.
    empty: Vec<(u64, TypeId)>,
    /// How far the empty classes reach that are beside everything else, in octets.
    extent: u64,
    offsets: Vec<u64>,
}

impl<P: Placing> Record<P> {
    fn octets(&self) -> u64 {
        self.placing.end().div_ceil(8)
    }

    fn base(&mut self, place: usize, fields: &[Field<'_>]) -> Result<(), LayoutError> {
        let Some(field) = fields.get(place) else {
            return Ok(());
        };
        let Some(class) = &field.shape.class else {
            return Err(LayoutError::Base);
        };
        let octet = self.class(field, class, &class.empty_as_base, false)?;
        if let Some(offset) = self.offsets.get_mut(place) {
            *offset = 8 * octet;
        }
        Ok(())
    }

    fn virtual_base(&mut self, class: &Arc<Class>) -> Result<VirtualBase, LayoutError> {
        let field = Field::of_base(class);
        let octet = self.class(&field, class, &class.empty_as_base, false)?;
        Ok(VirtualBase {
            kind: class.id,
            bit_offset: 8 * octet,
            bit_size: 8 * class.base_size,
        })
    }

    fn member(&mut self, place: usize, fields: &[Field<'_>]) -> Result<(), LayoutError> {
        let Some(field) = fields.get(place) else {
            return Ok(());
        };
        let is_last = place + 1 == fields.len();
        let bits = match &field.shape.class {
            Some(class) if field.width.is_none() => {
                8 * self.class(field, class, &class.empty, is_last)?
            }
            _ => self.placing.member(field, is_last)?,
        };
        if let Some(offset) = self.offsets.get_mut(place) {
            *offset = bits;
        }
        Ok(())
    }

    /// Places a class, as a base or as a member, where none of its empty classes has the address of another of its kind. In octets.
    fn class(
        &mut self,
        field: &Field<'_>,
        class: &Class,
        empty: &[(u64, TypeId)],
        is_last: bool,
    ) -> Result<u64, LayoutError> {
        let overlaps = field.role != Role::Field || field.no_unique_address && !class.is_array;
        let octet = if class.is_empty && overlaps {
            self.beside(field, empty)
        } else {
            let before = self.placing.clone();
            let mut left = 0;
            loop {
                let octet = self.placing.member(field, is_last)? / 8;
                if !self.is_taken(octet, empty) {
                    break octet;
                }
                left += field.type_align();
                self.placing = before.clone();
                self.placing.leave(left);
            }
        };
        let there = empty.iter().map(|(place, id)| (octet + place, *id));
        self.empty.extend(there);
        is_kept(self.empty.len())?;
        Ok(octet)
    }

    /// An empty class takes no room: it lies at the start, or where that is taken, at the end.
    fn beside(&mut self, field: &Field<'_>, empty: &[(u64, TypeId)]) -> u64 {
        let align = self.placing.align_of_empty(field) / 8;
        let mut octet = 0;
        if self.is_taken(octet, empty) {
            octet = self.octets().next_multiple_of(align);
            while self.is_taken(octet, empty) {
                octet += align;
            }
        }
        self.placing.raise(8 * align);
        self.extent = self.extent.max(octet + field.shape.align);
        octet
    }

    fn is_taken(&self, octet: u64, empty: &[(u64, TypeId)]) -> bool {
        let there = |(place, id): &(u64, TypeId)| self.empty.contains(&(octet + place, *id));
        empty.iter().any(there)
    }
}
