//! Records as Clang lays them out on everything but Microsoft's Windows: `ItaniumRecordLayoutBuilder` of
//! RecordLayoutBuilder.cpp (LLVM 14 to 19). It agrees with GCC about plain C, and differs where attributes meet
//! bit-fields.

use crate::abi::{BitFieldPacking, Scalar};
use crate::types::Role;

use super::LayoutError;
use super::class::Class;
use super::field::{Field, Frame, Places};
use super::itanium::{self, Placing};
use super::shape::octets;

/// Places what a class has, no union.
///
/// # Errors
/// Beside those of any record: versions of Clang disagree.
pub(super) fn place_class(
    frame: &Frame<'_>,
    fields: &[Field<'_>],
    class: Class,
) -> Result<Places, LayoutError> {
    // From Clang 16 on as GCC has it, but not for Darwin, and not in an array.
    let disagrees = |field: &Field<'_>| {
        let class = field.shape.class.as_ref();
        let is_no_pod = class.is_some_and(|class| !class.is_pod && !class.is_packed);
        field.role == Role::Field && is_no_pod && field.type_align() > 8
    };
    if frame.packed && fields.iter().any(disagrees) {
        return Err(LayoutError::NotModelled {
            what: "a packed class with a member that is no plain old data: versions of Clang disagree whether it is packed, too".to_owned(),
        });
    }
    // A pointer to a table of functions and a base that is not empty count as the first.
    if frame.abi.has_first_aligns() {
        return Err(LayoutError::NotModelled {
            what: "a class of C++ where what comes first in a record rounds it".to_owned(),
        });
    }
    itanium::place(frame, Record::start(frame), fields, class)
}

/// Places the fields one after another, or, in a union, on one another.
pub(super) fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    let mut record = Record::start(frame);
    let mut offsets = Vec::with_capacity(fields.len());
    for field in fields {
        offsets.push(record.member(field, false)?);
    }
    let size = record.size.next_multiple_of(record.first) / 8;
    frame.within_limit(8 * size)?;
    Ok(Places {
        first: record.first / 8,
        ..Places::new(size, record.align / 8, offsets)
    })
}

/// A record that is being laid out. Everything is in bits.
#[derive(Clone)]
struct Record<'a> {
    frame: &'a Frame<'a>,
    size: u64,
    /// Where the next field may begin that is no bit-field: whole octets.
    data_size: u64,
    /// How much before that is free for a bit-field.
    unfilled: u64,
    /// In Microsoft's layout: the size of the unit that bit-fields are filling.
    last_unit: u64,
    align: u64,
    /// `PreferredAlignment`: the size is rounded up to it.
    first: u64,
    /// Whether a member was placed: in a union, which all begin, none ever is.
    has_first: bool,
}

impl Placing for Record<'_> {
    fn member(&mut self, field: &Field<'_>, _: bool) -> Result<u64, LayoutError> {
        let is_first = !self.has_first;
        self.has_first = !self.frame.is_union;
        match field.width {
            Some(width) => self.bit_field(field, width),
            None => self.field(field, is_first),
        }
    }

    fn end(&self) -> u64 {
        self.data_size
    }

    fn leave(&mut self, bits: u64) {
        self.data_size += bits;
        self.unfilled = 0;
    }

    fn align(&self) -> u64 {
        self.align
    }

    fn raise(&mut self, align: u64) {
        self.align = self.align.max(align);
        self.first = self.first.max(align);
    }

    fn align_of_empty(&self, field: &Field<'_>) -> u64 {
        if self.frame.packed && field.role == Role::Field || field.packed {
            return 8;
        }
        field.type_align()
    }
}

impl<'a> Record<'a> {
    fn start(frame: &'a Frame<'a>) -> Record<'a> {
        Record {
            frame,
            size: 0,
            data_size: 0,
            unfilled: 0,
            last_unit: 0,
            align: frame.aligned.unwrap_or(8),
            first: frame.aligned.unwrap_or(8),
            has_first: false,
        }
    }

    /// `LayoutField`
    fn field(&mut self, field: &Field<'_>, is_first: bool) -> Result<u64, LayoutError> {
        self.unfilled = 0;
        self.last_unit = 0;
        let mut align = field.type_align();
        let mut first = if is_first { 8 * field.shape.first } else { 8 };
        if self.is_microsoft() && field.shape.scalar.is_power_of_two() {
            align = align.max(8 * field.shape.scalar);
        }
        let is_base = matches!(field.role, Role::Base | Role::VirtualBase);
        if self.frame.packed && !is_base || field.packed {
            (align, first) = (8, 8);
        }
        align = align.max(field.aligned.unwrap_or(8));
        align = align.min(self.frame.pack.unwrap_or(align));
        first = first.min(self.frame.pack.unwrap_or(first));
        let place = if self.frame.is_union {
            0
        } else {
            self.data_size.next_multiple_of(align)
        };
        let end = self.frame.within_limit(place + field.size())?;
        self.data_size = if self.frame.is_union {
            self.data_size.max(end)
        } else {
            end
        };
        self.size = self.size.max(self.data_size);
        self.raise(align);
        self.first = self.first.max(first);
        Ok(place)
    }

    /// `LayoutBitField`
    fn bit_field(&mut self, field: &Field<'_>, width: u64) -> Result<u64, LayoutError> {
        let (is_microsoft, is_union) = (self.is_microsoft(), self.frame.is_union);
        let unit = self.unit(field, width);
        if is_microsoft && (self.last_unit != unit || self.unfilled < width) {
            self.unfilled = 0;
        }
        let mut align = self.bit_field_align(field, width);
        if is_microsoft && (self.last_unit != unit || self.unfilled < width) {
            self.last_unit = 0;
        }

        let pack = self.frame.pack;
        let mut place = if is_union {
            0
        } else {
            self.data_size - self.unfilled
        };
        let does_not_fit = !is_microsoft && pack.is_none() && place % align + width > unit;
        // "ms_struct bitfields always have to start at a round alignment."
        let begins_unit = is_microsoft && self.last_unit == 0;
        if width == 0 || does_not_fit || begins_unit {
            place = place.next_multiple_of(align);
        } else if !is_microsoft
            && let Some(aligned) = field.aligned
            && pack.is_none_or(|pack| aligned <= pack)
        {
            place = place.next_multiple_of(aligned);
        }

        // "Anonymous members don't affect the overall record alignment, except on targets where they do."
        if !is_microsoft && !self.aligns_unnamed() && field.name.is_none() {
            align = 1;
        }

        self.frame.within_limit(place + unit)?;
        if is_union {
            let size = match width {
                _ if !is_microsoft => width.next_multiple_of(8),
                0 => 8,
                _ => unit,
            };
            self.data_size = self.data_size.max(size);
        } else if is_microsoft && width > 0 {
            if self.unfilled == 0 {
                self.data_size = place + unit;
                self.unfilled = unit;
            }
            self.unfilled -= width;
            self.last_unit = unit;
        } else {
            let end = place + width;
            self.data_size = end.next_multiple_of(8);
            self.unfilled = self.data_size - end;
            self.last_unit = 0;
        }
        // "Zero-width bitfields pad out to the natural alignment boundary, but do not increase the alignment greater
        // than the MaxFieldAlignment, or 1 if packed."
        if self.is_aix() && width == 0 {
            if self.frame.packed || field.packed {
                align = 1;
            }
            align = align.min(pack.unwrap_or(align));
        }
        self.size = self.size.max(self.data_size);
        self.raise(align);
        Ok(place)
    }

    /// How large the unit is that a bit-field lies in, in bits.
    fn unit(&self, field: &Field<'_>, width: u64) -> u64 {
        let (unit, int) = (
            field.type_size(),
            8 * octets(self.frame.abi.size(Scalar::Int)),
        );
        let is_narrow = unit > int && self.frame.abi.size(Scalar::Long) == 4 && width <= int;
        match self.is_aix() {
            true if unit < int || is_narrow => int,
            _ => unit,
        }
    }

    /// How the unit is aligned that a bit-field lies in.
    fn bit_field_align(&self, field: &Field<'_>, width: u64) -> u64 {
        let is_microsoft = self.is_microsoft();
        let mut align = field.type_align();
        if is_microsoft {
            align = field.type_size();
            if self.unfilled == 0 && self.last_unit == 0 && width == 0 {
                align = 1;
            }
        }
        if self.is_aix() {
            let unit = self.unit(field, width);
            let is_required = field.shape.required > 1;
            if unit < field.type_size() && !is_required {
                align = unit;
            }
            align = align.max(unit);
        }
        let mut unpacked = align;
        let is_packed = self.frame.packed || field.packed;
        if !is_microsoft && is_packed && width != 0 {
            align = 1;
        }
        if let Some(aligned) = field.aligned {
            align = align.max(aligned);
            unpacked = unpacked.max(aligned);
        }
        if let Some(pack) = self.frame.pack
            && width != 0
        {
            align = if is_packed { unpacked } else { align }.min(pack);
        }
        if is_microsoft && self.frame.is_union {
            align = 1;
        }
        align
    }

    fn is_microsoft(&self) -> bool {
        self.frame.abi.bit_field_packing() == BitFieldPacking::Microsoft
    }

    fn is_aix(&self) -> bool {
        self.frame.abi.bit_field_packing() == BitFieldPacking::Aix
    }

    fn aligns_unnamed(&self) -> bool {
        self.is_aix() || self.frame.abi.bit_field_packing() == BitFieldPacking::Aapcs
    }
}
