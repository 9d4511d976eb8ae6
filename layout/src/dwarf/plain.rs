//! Types that contain no others: base types, pointers, and other names for a type (DWARF 5, 5.1 to 5.3).

use std::sync::Arc;

use gimli::constants as c;
use object::Architecture;

use super::base::Base;
use super::byte_order;
use super::entry::{self, Entry};
use super::error::Problem;
use super::header::{CLibrary, Header};
use super::info::At;
use super::language::Language;
use super::machine::Processor;
use super::reader::{Open, Reader, Resolved, alignment};
use super::typedef_name::{self, Declared, Meaning};
use super::unit::Unit;
use super::untraced::Number;
use crate::abi::{ByteOrder, Scalar};
use crate::types::{Lies, Type, TypeId};

impl<'a> Reader<'_, 'a> {
    /// Reads a base type.
    pub(super) fn base(&mut self, open: &Open<'a>, entry: &Entry<'a>) -> Result<Resolved, Problem> {
        let unit = &open.unit;
        let name = self.own_name(unit, entry)?.unwrap_or_default();
        let size = entry::unsigned(entry, c::DW_AT_byte_size).unwrap_or_default();
        let encoding = entry::unsigned(entry, c::DW_AT_encoding)
            .and_then(|code| u8::try_from(code).ok())
            .map(gimli::DwAte);
        // gcc writes an endianity only where it is not the machine's.
        let order = match entry::number(entry, c::DW_AT_endianity) {
            Some(of) if of == i128::from(c::DW_END_big.0) => Some(ByteOrder::Big),
            Some(of) if of == i128::from(c::DW_END_little.0) => Some(ByteOrder::Little),
            _ => None,
        };
        let fewer_bits = entry::unsigned(entry, c::DW_AT_bit_size)
            .is_some_and(|bits| bits != size.saturating_mul(8));
        let base = Base {
            name: &name,
            encoding,
            size,
            peculiar: fewer_bits,
            language: unit.language,
            rules: open.rules(),
        };
        let kind = base.kind();
        let integer = base.is_integer();
        if matches!(unit.language, Language::C | Language::Cpp)
            && let Type::Scalar(scalar) = kind
        {
            self.builds.scalar(scalar, size);
            if scalar == Scalar::Char {
                let signed = encoding == Some(c::DW_ATE_signed_char);
                self.builds.char_signed(signed);
            }
        }
        let is_opaque = matches!(kind, Type::Opaque { .. });
        let number = Number {
            language: unit.language,
            name: &name,
            size,
            is_float: encoding == Some(c::DW_ATE_float),
        };
        let is_number = is_number(&kind);
        let mut id = self.interned.plain(kind);
        if is_opaque {
            self.interned.types.put_lies(id, Lies::of_size(size));
        }
        if let Some((may_be, why)) = number.may_be(&self.machine).filter(|_| is_number) {
            id = self.interned.plain(Type::Untraced {
                declared: id,
                may_be,
                why,
            });
        }
        // One octet has no order.
        if let Some(order) = order.filter(|_| !is_opaque && size > 1) {
            id = self.interned.plain(Type::Ordered {
                of: id,
                order,
                octets: Some(size),
            });
        }
        Ok(Resolved {
            integer: integer && order.is_none(),
            stored: order,
            ..Resolved::new(id, Some(size))
        })
    }

    /// Reads a typedef.
    pub(super) fn typedef(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
    ) -> Result<Resolved, Problem> {
        let path = self.path(open, entry)?.unwrap_or_default();
        let of = entry::value(entry.attrs(), c::DW_AT_type);
        let mut declared = self.referred(at.unit, of.as_ref(), &path)?;
        let name = self.own_name(&open.unit, entry)?.unwrap_or_default();
        if declared.integer
            && let Some(size) = declared.size
        {
            declared.id = self.meant(open, entry, &name, size, declared.id)?;
            if let Some(order) = byte_order::of_name(&name, size) {
                let of = declared.id;
                declared.id = self.interned.plain(Type::Ordered {
                    of,
                    order,
                    octets: None,
                });
            }
        }
        // So gcc writes them where they are IEEE 754's (`-mabi=ieeelongdouble`): typedefs of `_Float128`.
        let standard = match &*name {
            "long double" => Some(Type::Scalar(Scalar::LongDouble)),
            "complex long double" => Some(Type::Complex(Scalar::LongDouble)),
            _ => None,
        };
        if let (Some(kind), Some(size)) = (standard, declared.size) {
            if kind == Type::Scalar(Scalar::LongDouble) {
                self.builds.scalar(Scalar::LongDouble, size);
            }
            declared.id = self.interned.plain(kind);
        }
        if let Some(align) = alignment(entry) {
            let of = declared.id;
            if !open.tells_every_alignment() {
                declared.id = self.interned.plain(Type::Aligned { of, align });
                declared.asked = Some(align);
            }
        }
        Ok(declared)
    }

    /// What a typedef of an integer stands for, by its name and the header that declares it.
    fn meant(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        name: &str,
        size: u64,
        declared: TypeId,
    ) -> Result<TypeId, Problem> {
        let file = if typedef_name::may_move(name) {
            self.declared_in(open, entry)?
        } else {
            None
        };
        let header = file.map(|file| Header::of(&file));
        self.builds.musl |= header == Some(Header::CLibrary(CLibrary::Musl));
        let typedef = Declared {
            name,
            size,
            header,
            pointer_size: self.machine.pointer_size,
            processor: self.machine.processor,
        };
        Ok(match typedef.meaning() {
            Meaning::Declaration => declared,
            Meaning::Type(kind) => {
                if kind == Type::Scalar(Scalar::Wchar) {
                    self.builds.scalar(Scalar::Wchar, size);
                }
                self.interned.plain(kind)
            }
            Meaning::Either { name, why } => self.interned.plain(Type::Either {
                name,
                declared,
                why,
            }),
        })
    }

    /// A pointer of the machine's size; others (16-bit near pointers, `__ptr32`) are another matter.
    pub(super) fn pointer(&mut self, unit: &Unit<'a>, size: Option<u64>) -> Resolved {
        let address = match (self.machine.processor, size) {
            // avr-gcc writes that of ELF's own addresses, and has pointers of two octets.
            (Processor::Known(Architecture::Avr), Some(2)) => 2,
            _ => u64::from(unit.header.address_size()),
        };
        match size {
            Some(size) if size != address => {
                self.opaque(format!("a pointer of {size} octets"), Some(size))
            }
            _ => {
                self.builds.scalar(Scalar::Pointer, address);
                let id = self.interned.plain(Type::Scalar(Scalar::Pointer));
                Resolved::new(id, Some(address))
            }
        }
    }

    /// A reference of C++.
    pub(super) fn reference(&mut self, unit: &Unit<'a>, size: Option<u64>) -> Resolved {
        let mut reference = self.pointer(unit, size);
        let pointer = Some(&Type::Scalar(Scalar::Pointer));
        if self.interned.types.get(reference.id) == pointer {
            reference.id = self.interned.plain(Type::Reference);
        }
        reference.is_reference = true;
        reference
    }

    /// A pointer to a member of a class. Where a file says no size it is as large as the Itanium C++ ABI has it (2.3).
    pub(super) fn member_pointer(
        &mut self,
        unit: &Unit<'a>,
        entry: &Entry<'a>,
        at: At,
    ) -> Result<Resolved, Problem> {
        let value = entry::value(entry.attrs(), c::DW_AT_type);
        let function = match value.and_then(|value| self.info.target(at.unit, &value)) {
            Some(target) => self.entry_of(target)?.1.tag() == c::DW_TAG_subroutine_type,
            None => false,
        };
        let address = u64::from(unit.header.address_size());
        let said = entry::unsigned(entry, c::DW_AT_byte_size);
        let size = said.unwrap_or(if function { 2 * address } else { address });
        let id = self.interned.plain(Type::MemberPointer { function });
        Ok(Resolved::new(id, Some(size)))
    }

    /// `_Atomic`.
    pub(super) fn atomic(
        &mut self,
        entry: &Entry<'a>,
        at: At,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let of = entry::value(entry.attrs(), c::DW_AT_type);
        let of = self.referred(at.unit, of.as_ref(), name)?;
        let id = self.interned.plain(Type::Atomic { of: of.id });
        Ok(Resolved { id, ..of })
    }
}

/// Whether it is a number of so many octets, that others may be called as well.
fn is_number(kind: &Type) -> bool {
    matches!(
        kind,
        Type::Scalar(Scalar::Int16 | Scalar::Int32 | Scalar::Int64) | Type::Number { .. }
    )
}
