//! Enumerations (DWARF 5, 5.7).

use std::sync::Arc;

use gimli::constants as c;
use object::Architecture;

use super::base;
use super::entry::{self, Entry};
use super::error::Problem;
use super::info::At;
use super::language::Language;
use super::machine::Processor;
use super::observed::Observed;
use super::program::Enumerator;
use super::reader::{Open, Reader, Resolved};
use crate::abi::{Scalar, Switch};
use crate::types::{Enum, Type};

impl<'a> Reader<'_, 'a> {
    /// Reads an enumeration.
    ///
    /// Compilers write its underlying type (`DW_AT_type`) whether the program declares one or not. It was declared where the language has it so (`enum class`, Rust), or where it is not the one that C++ would choose. A C enumeration shorter than an `int` is packed, or has a width that was asked for.
    pub(super) fn enumeration(
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
        let underlying = match entry::value(entry.attrs(), c::DW_AT_type) {
            Some(of) => Some(self.referred(at.unit, Some(&of), tag)?),
            None => None,
        };
        let size = entry::unsigned(entry, c::DW_AT_byte_size)
            .or_else(|| underlying.and_then(|of| of.size));
        let Some(size) = size else {
            return Ok(self.opaque(format!("`{tag}`, an enumeration without a size"), None));
        };
        let signed = self.is_signed(at, entry)?;
        let (mut least, mut greatest) = (0, 0);
        let mut enumerators = Vec::new();
        for (index, enumerator) in self
            .children(&open.unit, entry)?
            .iter()
            .filter(|child| child.tag() == c::DW_TAG_enumerator)
            .enumerate()
        {
            let Some(value) = constant(enumerator, c::DW_AT_const_value, size, signed) else {
                let what = format!("`{tag}`, an enumeration with a value of more than 128 bits");
                return Ok(self.opaque(what, Some(size)));
            };
            if index == 0 {
                (least, greatest) = (value, value);
            }
            least = least.min(value);
            greatest = greatest.max(value);
            let name = self.own_name(&open.unit, enumerator)?.unwrap_or_default();
            enumerators.push(Enumerator {
                name: name.as_ref().into(),
                value,
            });
        }
        let fits_an_int = least >= i128::from(i32::MIN)
            && (greatest <= i128::from(i32::MAX) || least >= 0 && greatest <= i128::from(u32::MAX));
        let declared = match open.unit.language {
            Language::C => false,
            Language::Cpp if entry::flag(entry, c::DW_AT_enum_class) => true,
            Language::Cpp => {
                let is_int = underlying.is_some_and(|of| {
                    self.interned.types.get(of.id) == Some(&Type::Scalar(Scalar::Int))
                });
                fits_an_int && !(is_int && signed == (least < 0))
            }
            _ => true,
        };
        // Where nothing says the type, the size is all of it.
        let fixed = underlying.filter(|_| declared).or_else(|| {
            let is_asked = match declared {
                true => underlying.is_none(),
                false => self.is_short(size) && is_wider_than_packed(size, least, greatest),
            };
            let kind = base::integer_of(size).filter(|_| is_asked)?;
            let id = self.interned.plain(kind);
            Some(Resolved::new(id, Some(size)))
        });
        // A `repr` names a width, and none of C's names.
        let fixed = fixed.map(|of| match self.interned.types.get(of.id) {
            Some(Type::Untraced { declared, .. }) => *declared,
            _ => of.id,
        });
        let kind = Type::Enum(Enum {
            least,
            greatest,
            packed: fixed.is_none() && self.is_short(size),
            fixed,
            may_be_c: open.unit.language == Language::Rust && self.may_be_c(size, signed, least),
        });
        let observed = Observed {
            size,
            ..Observed::default()
        };
        let id = self.interned.laid_out(kind, observed, tag);
        self.builds.has(id);
        let known = self.interned.enumerators.entry(id);
        known.or_insert(enumerators);
        Ok(Resolved::new(id, Some(size)))
    }

    /// Whether an enumeration of so many octets was asked to be short by itself: all are where the unit was compiled so.
    fn is_short(&self, size: u64) -> bool {
        let unit = self.builds.unit();
        let all = unit.is_some_and(|unit| unit.switches.contains(&Switch::ShortEnums(true)));
        let int = unit.and_then(|unit| unit.scalars.get(&Scalar::Int).copied());
        // The smallest machines have an int of 2 octets.
        let usual = if self.machine.pointer_size == 2 { 2 } else { 4 };
        !all && size < int.unwrap_or(usual)
    }

    /// Whether an enumeration of Rust may be `repr(C)`: rustc takes an unsigned type for one without negative values (`repr_discr` of rustc_abi), and none shorter than the machine's unless all are short there.
    pub(super) fn may_be_c(&self, size: u64, signed: bool, least: i128) -> bool {
        let int = if self.machine.pointer_size == 2 { 2 } else { 4 };
        let has_short = matches!(
            self.machine.processor,
            Processor::Known(Architecture::Arm | Architecture::Hexagon)
        );
        let can_be_as_wide = size == int || size < int && has_short || size == 4;
        can_be_as_wide && signed == (least < 0)
    }

    /// Whether the underlying type of an enumeration has negative values.
    pub(super) fn is_signed(&mut self, at: At, entry: &Entry<'a>) -> Result<bool, Problem> {
        let mut next = entry::value(entry.attrs(), c::DW_AT_type);
        let mut from = at.unit;
        // Through typedefs and qualifiers.
        for _ in 0..MAX_TYPEDEFS {
            let Some(target) = next.and_then(|of| self.info.target(from, &of)) else {
                break;
            };
            let (_, below) = self.entry_of(target)?;
            if below.tag() == c::DW_TAG_base_type {
                let encoding = entry::unsigned(&below, c::DW_AT_encoding);
                return Ok([c::DW_ATE_signed, c::DW_ATE_signed_char]
                    .iter()
                    .any(|signed| encoding == Some(signed.0.into())));
            }
            next = entry::value(below.attrs(), c::DW_AT_type);
            from = target.unit;
        }
        Ok(false)
    }
}

/// Whether an enumeration of so many octets has more than its values need: then its width was asked for (GCC's `mode`), and `packed` is not all of it.
fn is_wider_than_packed(size: u64, least: i128, greatest: i128) -> bool {
    let octets = Enum::new(least, greatest).bits().div_ceil(8);
    size > u64::from(octets.max(1).next_power_of_two())
}

/// Between an enumeration and the integer that it is: more are none of a program's.
const MAX_TYPEDEFS: usize = 16;

/// The value of an enumerator. A data form of all the enumeration's octets has the sign that its type has.
pub(super) fn constant(
    enumerator: &Entry<'_>,
    attribute: gimli::DwAt,
    size: u64,
    signed: bool,
) -> Option<i128> {
    let value = entry::value(enumerator.attrs(), attribute)?;
    let number = entry::as_number(&value)?;
    match entry::data_bits(&value) {
        Some(bits) if signed && bits < 128 && u64::from(bits) == size.saturating_mul(8) => {
            let unused = 128 - bits;
            Some((number << unused) >> unused)
        }
        _ => Some(number),
    }
}
