//! Records as GCC lays them out for Windows (`-mms-bitfields`): the branches of `place_field` and
//! `update_alignment_for_field` (stor-layout.cc, GCC 12) where `targetm.ms_bitfield_layout_p` holds.
//!
//! A bit-field opens a *run*: a unit of its declared type, which bit-fields of types of the same size share.

use super::LayoutError;
use super::class::Class;
use super::field::{Field, Frame, Places};
use super::gcc::{Wish, is_packed, known_align, wish};
use super::itanium::{self, Placing};
use super::shape::octets;

/// Places what a class has, no union: its classes are those of every other GCC.
pub(super) fn place_class(
    frame: &Frame<'_>,
    fields: &[Field<'_>],
    class: Class,
) -> Result<Places, LayoutError> {
    itanium::place(frame, Record::start(frame), fields, class)
}

/// Places the fields one after another, or, in a union, on one another.
pub(super) fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    let mut record = Record::start(frame);
    let mut offsets = Vec::with_capacity(fields.len());
    for (number, field) in fields.iter().enumerate() {
        let is_last = number + 1 == fields.len();
        offsets.push(if frame.is_union {
            record.place_in_union(field)?
        } else {
            record.place_in_struct(field, is_last)?
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
    end: u64,
    align: u64,
    offset_align: u64,
    /// `prev_field`: the bit-field that opened the run we are in.
    run: Option<Run>,
    /// `remaining_in_alignment`
    remaining: u64,
}

/// Of a bit-field that opened a run.
#[derive(Clone, Copy)]
struct Run {
    is_empty: bool,
    unit: u64,
}

impl Run {
    fn of(field: &Field<'_>) -> Run {
        Run {
            is_empty: field.is_empty_bit_field(),
            unit: field.type_size(),
        }
    }
}

impl Placing for Record<'_> {
    fn member(&mut self, field: &Field<'_>, is_last: bool) -> Result<u64, LayoutError> {
        self.place_in_struct(field, is_last)
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

impl<'a> Record<'a> {
    fn start(frame: &'a Frame<'a>) -> Record<'a> {
        let align = frame.aligned.unwrap_or(8);
        Record {
            frame,
            end: 0,
            align,
            offset_align: align.max(8 * octets(frame.abi.mode_align(16))),
            run: None,
            remaining: 0,
        }
    }

    fn place_in_union(&mut self, field: &Field<'_>) -> Result<u64, LayoutError> {
        let wish = wish(self.frame, field, u64::MAX);
        self.raise_alignment(field, &wish);
        let size = field.size().next_multiple_of(8);
        self.end = self.end.max(self.frame.within_limit(size)?);
        Ok(0)
    }

    fn place_in_struct(&mut self, field: &Field<'_>, is_last: bool) -> Result<u64, LayoutError> {
        let known_align = known_align(self.end);
        let wish = wish(self.frame, field, known_align);
        self.raise_alignment(field, &wish);
        let is_misaligned = known_align < wish.align;
        let previous = self.run;
        let mut unnormalized = None;
        match previous {
            Some(run) => self.leave_or_go_on(field, run, is_misaligned.then_some(wish.align)),
            None => {
                let base = self.base();
                self.end = self.end.next_multiple_of(wish.align);
                // As in `gcc`: the position is rounded up, not the sum of it and the offset.
                unnormalized = (wish.align < self.offset_align).then_some(base);
            }
        }
        // A run without width counts as none.
        let previous = previous.filter(|run| self.is_going_on(field, *run) || !run.is_empty);
        let begins = !field.is_bit_field()
            || match previous {
                Some(run) => run.unit != field.type_size(),
                None => !field.is_empty_bit_field(),
            };
        if begins {
            self.begin(field, unnormalized.unwrap_or(self.base()));
        }
        let place = self.frame.within_limit(self.end)?;
        if self.run.is_none() && field.is_bit_field() {
            self.run = Some(Run::of(field));
        }
        self.end = self.frame.within_limit(place + field.size())?;
        if is_last && field.is_bit_field() && !field.is_empty_bit_field() {
            self.end = self.frame.within_limit(self.end + self.remaining)?;
        }
        Ok(place)
    }

    /// The offset that the position counts from.
    fn base(&self) -> u64 {
        self.end - self.end % self.offset_align
    }

    fn is_going_on(&self, field: &Field<'_>, run: Run) -> bool {
        field.is_bit_field()
            && !field.is_empty_bit_field()
            && !run.is_empty
            && run.unit == field.type_size()
    }

    /// After a bit-field: the next bits of its unit, or past what is left of it.
    fn leave_or_go_on(&mut self, field: &Field<'_>, run: Run, wish: Option<u64>) {
        let mut wish = wish;
        if self.is_going_on(field, run) {
            let width = field.size();
            if self.remaining < width {
                self.end += self.remaining;
                self.run = Some(Run::of(field));
                self.remaining = field.type_size().saturating_sub(width);
            } else {
                self.remaining -= width;
                wish = None;
            }
        } else {
            if !run.is_empty {
                self.end += self.remaining;
            }
            if !field.is_bit_field() || field.is_empty_bit_field() {
                self.run = None;
            }
        }
        if let Some(align) = wish {
            self.end = self.end.next_multiple_of(align);
        }
    }

    /// The first of a run, or no bit-field at all.
    fn begin(&mut self, field: &Field<'_>, base: u64) {
        if !field.shape.flexible {
            self.remaining = field.type_size().saturating_sub(field.size());
        }
        let mut align = 8;
        if !is_packed(self.frame, field) {
            align = field.type_align();
        }
        if let Some(pack) = self.frame.pack {
            align = align.min(pack);
        }
        self.end = base + (self.end - base).next_multiple_of(align);
        self.run = None;
    }

    fn raise_alignment(&mut self, field: &Field<'_>, wish: &Wish) {
        let counts = match field.width {
            None => true,
            Some(0) => self.run.is_some_and(|run| !run.is_empty),
            Some(_) => !is_packed(self.frame, field),
        };
        if !counts {
            return;
        }
        let mut align = if !field.is_bit_field() && is_packed(self.frame, field) {
            wish.align
        } else {
            field.type_align().max(wish.align)
        };
        if let Some(pack) = self.frame.pack {
            align = align.min(pack);
        }
        self.align = self.align.max(align);
    }
}
