//! Types that contain no others: base types, pointers, and other names for a type (DWARF 5, 5.1 to 5.3).

use std::sync::Arc;

use gimli::constants as c;

use super::base::Base;
use super::entry::{self, Entry};
use super::error::Problem;
use super::info::At;
use super::language::Language;
use super::reader::{Open, Reader, Resolved, alignment};
use super::typedef_name;
use super::unit::Unit;
use crate::abi::Scalar;
use crate::types::Type;

impl<'a> Reader<'_, 'a> {
    /// Reads a base type.
    pub(super) fn base(&mut self, unit: &Unit<'a>, entry: &Entry<'a>) -> Result<Resolved, Problem> {
        let name = self.own_name(unit, entry)?.unwrap_or_default();
        let size = entry::unsigned(entry, c::DW_AT_byte_size).unwrap_or_default();
        let encoding = entry::unsigned(entry, c::DW_AT_encoding)
            .and_then(|code| u8::try_from(code).ok())
            .map(gimli::DwAte);
        // gcc writes an endianity only where it is not the machine's.
        let swapped = entry::number(entry, c::DW_AT_endianity).is_some_and(|of| of != 0);
        let fewer_bits = entry::unsigned(entry, c::DW_AT_bit_size)
            .is_some_and(|bits| bits != size.saturating_mul(8));
        let base = Base {
            name: &name,
            encoding,
            size,
            peculiar: swapped || fewer_bits,
            language: unit.language,
        };
        let kind = base.kind();
        let integer = base.is_integer();
        if matches!(unit.language, Language::C | Language::Cpp)
            && let Type::Scalar(scalar) = kind
        {
            self.facts.scalars.entry(scalar).or_insert(size);
            if scalar == Scalar::Char {
                let signed = encoding == Some(c::DW_ATE_signed_char);
                self.facts.char_signed.get_or_insert(signed);
            }
        }
        Ok(Resolved {
            integer,
            ..Resolved::new(self.interned.plain(kind), Some(size))
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
            && let Some(kind) = typedef_name::promised(&name, size, self.machine.pointer_size)
        {
            declared.id = self.interned.plain(kind);
        }
        if let Some(align) = alignment(entry) {
            let of = declared.id;
            declared.id = self.interned.plain(Type::Aligned { of, align });
            declared.asked = Some(align);
        }
        Ok(declared)
    }

    /// A pointer of the machine's size; others (16-bit near pointers, `__ptr32`) are another matter.
    pub(super) fn pointer(&mut self, unit: &Unit<'a>, size: Option<u64>) -> Resolved {
        let address = u64::from(unit.header.address_size());
        match size {
            Some(size) if size != address => {
                self.opaque(format!("a pointer of {size} octets"), Some(size))
            }
            _ => {
                self.facts.scalars.entry(Scalar::Pointer).or_insert(address);
                let id = self.interned.plain(Type::Scalar(Scalar::Pointer));
                Resolved::new(id, Some(address))
            }
        }
    }

    /// `_Atomic`: the same as what it is of where that is an int or less; what is larger may be aligned more strictly (i386's `long long`).
    pub(super) fn atomic(
        &mut self,
        entry: &Entry<'a>,
        at: At,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let of = entry::value(entry.attrs(), c::DW_AT_type);
        let of = self.referred(at.unit, of.as_ref(), name)?;
        let plain = matches!(self.interned.types.get(of.id), Some(Type::Scalar(_)));
        match of.size {
            Some(size) if plain && size <= 4 => Ok(of),
            size => Ok(self.opaque(
                "_Atomic of more than 4 octets, whose alignment the ABIs do not say".to_owned(),
                size,
            )),
        }
    }
}
