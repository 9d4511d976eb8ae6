//! Records as GCC lays them out on everything but Windows: `place_field` and `update_alignment_for_field` of
//! stor-layout.cc (GCC 12), step by step, and by their names where these are the words of its documentation.
//!
//! `pcc` below is `PCC_BITFIELD_TYPE_MATTERS`: whether the declared type of a bit-field matters.

use crate::abi::BitFieldPacking;
use crate::types::Role;

use super::LayoutError;
use super::class::Class;
use super::field::{Field, Frame, Places};
use super::itanium::{self, Placing};
use super::shape::octets;

/// Places what a class has, no union.
///
/// # Errors
/// Beside those of any record: it is packed, by an ABI that rounds every record.
pub(super) fn place_class(
    frame: &Frame<'_>,
    fields: &[Field<'_>],
    class: Class,
) -> Result<Places, LayoutError> {
    let is_packed = frame.packed || frame.pack.is_some() || fields.iter().any(|one| one.packed);
    if is_packed && frame.abi.record_align_at_least() > 1 {
        return Err(LayoutError::NotModelled {
            what: "a packed class on the old ABI of Arm, which rounds it by rules of its own"
                .to_owned(),
        });
    }
    itanium::place(frame, Record::start(frame), fields, class)
}

/// Places the fields one after another, or, in a union, on one another.
pub(super) fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    let mut record = Record::start(frame);
    let mut offsets = Vec::with_capacity(fields.len());
    for field in fields {
        offsets.push(if frame.is_union {
            record.place_in_union(field)?
        } else {
            record.place_in_struct(field)?
        });
    }
    let size = record.end.div_ceil(8).next_multiple_of(record.align / 8);
    frame.within_limit(8 * size)?;
    Ok(Places::new(size, record.align / 8, offsets))
}

/// A record that is being laid out. Everything is in bits.
#[derive(Clone)]
struct Record<'a> {
    frame: &'a Frame<'a>,
    /// Where the next field may begin.
    end: u64,
    align: u64,
    /// Up to this, positions are kept apart from offsets; it shows where a bit-field's type is aligned to more.
    offset_align: u64,
}

impl Placing for Record<'_> {
    fn member(&mut self, field: &Field<'_>, _: bool) -> Result<u64, LayoutError> {
        self.place_in_struct(field)
    }

    fn end(&self) -> u64 {
        self.end
    }

    fn leave(&mut self, bits: u64) {
        self.end += bits;
    }

    fn align(&self) -> u64 {
        self.align
    }

    fn raise(&mut self, align: u64) {
        self.align = self.align.max(align);
    }
}

/// How a field wants to lie.
pub(super) struct Wish {
    /// `DECL_ALIGN`
    pub(super) align: u64,
    /// Whether it still is a bit-field: one that fills a machine word and lies well becomes a field like others.
    pub(super) is_bit_field: bool,
}

impl<'a> Record<'a> {
    /// `start_record_layout`
    fn start(frame: &'a Frame<'a>) -> Record<'a> {
        let align = frame.aligned.unwrap_or(8);
        let offset_align = align.max(8 * octets(frame.abi.mode_align(16)));
        let at_least = 8 * octets(frame.abi.record_align_at_least());
        let at_least = if frame.packed {
            8
        } else {
            at_least.min(frame.pack.unwrap_or(at_least))
        };
        Record {
            frame,
            end: 0,
            align: align.max(at_least),
            offset_align,
        }
    }

    /// `place_union_field`
    fn place_in_union(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        let wish = wish(self.frame, field, u64::MAX);
        self.raise_alignment(field, &wish);
        let size = field.size().next_multiple_of(8);
        self.end = self.end.max(self.frame.within_limit(size)?);
        Ok(0)
    }

    /// `place_field`
    fn place_in_struct(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        let wish = wish(self.frame, field, known_align(self.end));
        self.raise_alignment(field, &wish);
        let mut place = self.end.next_multiple_of(wish.align);
        if wish.is_bit_field
            && self.pcc()
            && self.frame.pack.is_none()
            && !field.is_empty_bit_field()
            && !is_packed(self.frame, field)
            && spans_too_many_units(place, field)
        {
            // The position is rounded up, not the sum of it and the offset; both are as they were before the field.
            let base = if wish.align < self.offset_align {
                self.end - self.end % self.offset_align
            } else {
                place
            };
            place = base + (place - base).next_multiple_of(field.type_align());
        }
        self.frame.within_limit(place)?;
        self.end = self.frame.within_limit(place + field.size())?;
        Ok(place)
    }

    /// `update_alignment_for_field`
    fn raise_alignment(&mut self, field: &Field<'_>, wish: &Wish) {
        if !(field.is_bit_field() && self.pcc()) {
            self.align = self.align.max(wish.align);
            return;
        }
        let aligns_unnamed = self.frame.abi.bit_field_packing() == BitFieldPacking::Aapcs;
        if field.name.is_none() && !aligns_unnamed {
            return;
        }
        let of_type = field.type_align();
        let of_type = match self.frame.pack {
            _ if field.is_empty_bit_field() => of_type.min(pack_of_empty(self.frame)),
            Some(pack) => of_type.min(pack),
            None if is_packed(self.frame, field) => of_type.min(8),
            None => of_type,
        };
        self.align = self.align.max(wish.align).max(of_type);
    }

    fn pcc(&self) -> bool {
        pcc(self.frame)
    }
}

/// Which powers of two divide a position; all do at the start.
pub(super) fn known_align(position: u64) -> u64 {
    match position {
        0 => u64::MAX,
        position => 1 << position.trailing_zeros(),
    }
}

fn pcc(frame: &Frame<'_>) -> bool {
    frame.abi.bit_field_packing() != BitFieldPacking::Dense
}

/// `DECL_PACKED`: an attribute on a record does not reach what has no alignment to lose. In a C++ class (`check_field_decls` of class.cc) it does not reach bases, nor references, nor members that are no plain old data and not packed themselves.
pub(super) fn is_packed(frame: &Frame<'_>, field: &Field<'_>) -> bool {
    let class = field.shape.class.as_ref();
    let by_record = frame.packed
        && field.role == Role::Field
        && !field.shape.is_reference
        && class.is_none_or(|class| class.is_pod || class.is_packed);
    (by_record || field.packed) && (field.is_bit_field() || field.type_align() > 8)
}

/// `initial_max_fld_align`, in bits: what a bit-field of width 0 is aligned to at most.
fn pack_of_empty(frame: &Frame<'_>) -> u64 {
    let pack = frame.abi.pack_struct();
    pack.map_or(u64::MAX, |octets| 8 * u64::from(octets))
}

/// `layout_decl`, for a field of a record.
pub(super) fn wish(frame: &Frame<'_>, field: &Field<'_>, known_align: u64) -> Wish {
    let declared_packed = is_packed(frame, field);
    let mut packed = declared_packed;
    let mut align = field.aligned.unwrap_or(1);
    let mut is_bit_field = field.is_bit_field();
    let mut pack = frame.pack;

    if field.is_bit_field() {
        let is_microsoft = frame.abi.bit_field_packing() == BitFieldPacking::Microsoft;
        if field.is_empty_bit_field() && !is_microsoft {
            // "A zero-length bit-field affects the alignment of the next field. In essence such bit-fields are not
            // influenced by any packing due to #pragma pack or attribute packed."
            packed = false;
            pack = Some(pack_of_empty(frame));
            align = align.max(if pcc(frame) {
                field.type_align()
            } else {
                8 * octets(frame.abi.empty_bit_field_align())
            });
        }
        if let Some(mode) = mode_align(frame, field) {
            let is_possible = mode.of_variable <= 8 || !declared_packed;
            if is_possible && known_align >= mode.of_variable {
                let is_users = field.aligned.is_some();
                align = align.max(if is_users {
                    mode.of_variable
                } else {
                    mode.of_field
                });
                is_bit_field = false;
            }
        }
    } else if !(packed && field.aligned.is_some()) {
        align = align.max(field.type_align());
    }
    if packed && field.aligned.is_none() {
        align = align.min(8);
    }
    Wish {
        align: pack.map_or(align, |pack| align.min(pack)),
        is_bit_field,
    }
}

/// How an integer of a machine word is aligned.
struct ModeAlign {
    of_variable: u64,
    of_field: u64,
}

/// Of the machine word that a bit-field fills; `None` where it fills none.
fn mode_align(frame: &Frame<'_>, field: &Field<'_>) -> Option<ModeAlign> {
    let size = match field.width? {
        8 => 1,
        16 => 2,
        32 => 4,
        64 => 8,
        128 => 16,
        _ => return None,
    };
    let of_variable = frame.abi.mode_align(size);
    Some(ModeAlign {
        of_variable: 8 * octets(of_variable),
        // i386 aligns a field to less than a variable (ADJUST_FIELD_ALIGN), unless an attribute aligned it.
        of_field: 8 * octets(of_variable.min(frame.abi.align_at_most())),
    })
}

/// `excess_unit_span`: "A bit field may not span more units of alignment of its type than its type itself."
fn spans_too_many_units(place: u64, field: &Field<'_>) -> bool {
    let unit = field.type_align();
    (place % unit + field.size()).div_ceil(unit) > field.type_size() / unit
}
