//! Records as Microsoft's compiler lays them out, as far as Clang knows: `MicrosoftRecordLayoutBuilder` of
//! RecordLayoutBuilder.cpp (LLVM 14 to 19).
//!
//! An alignment that an attribute asks for is *required*: `#pragma pack` does not take it away, and it reaches the
//! records around.

use crate::abi::Scalar;

use super::LayoutError;
use super::field::{Field, Frame, Places};
use super::shape::octets;

/// In C; an empty struct is no struct there.
const SIZE_OF_NOTHING: u64 = 4;

/// Places the fields one after another, or, in a union, on one another.
pub(super) fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    let mut record = Record::start(frame);
    let mut offsets = Vec::with_capacity(fields.len());
    for field in fields {
        offsets.push(match field.width {
            Some(0) => record.empty_bit_field(field)?,
            Some(width) => record.bit_field(field, width)?,
            None => record.field(field)?,
        });
    }
    record.finish(offsets)
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

    /// `finalizeLayout`
    fn finish(self, offsets: Vec<u64>) -> Result<Places, LayoutError> {
        let mut size = self.size.next_multiple_of(self.align);
        let required = self.required.max(self.frame.aligned.unwrap_or(8));
        let is_required = self.is_64_bit || required > 8;
        let mut align = self.align;
        if is_required {
            align = align.max(required);
            let rounding = align.min(self.align_at_most.unwrap_or(align));
            size = size.next_multiple_of(rounding.max(required));
        }
        if size == 0 {
            size = if required >= 8 * SIZE_OF_NOTHING {
                align
            } else {
                8 * SIZE_OF_NOTHING
            };
        }
        self.frame.within_limit(size)?;
        Ok(Places {
            size: size / 8,
            align: align / 8,
            // Any alignment attribute makes the whole alignment a required one, even one that asks for less.
            required: if self.frame.aligned.is_some() {
                align.max(required) / 8
            } else {
                required / 8
            },
            offsets,
        })
    }
}
