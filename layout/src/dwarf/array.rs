//! Arrays (DWARF 5, 5.5): of one dimension or several.

use std::sync::Arc;

use gimli::{AttributeValue, constants as c};

use super::entry::{self, Entry};
use super::error::Problem;
use super::info::At;
use super::reader::{Open, Reader, Resolved, alignment};
use super::sections::Octets;
use crate::abi::Scalar;
use crate::types::{Count, Lies, Type};

/// No program has more; each is a level of nesting.
const MAX_DIMENSIONS: usize = 16;

/// How long a dimension is.
enum Length {
    /// So many elements.
    Fixed(u64),
    /// `[]`
    Open,
    /// Known when the program runs.
    Variable,
}

impl<'a> Reader<'_, 'a> {
    /// Reads an array. Its dimensions are below it, the outermost first.
    pub(super) fn array(
        &mut self,
        open: &Open<'a>,
        entry: &Entry<'a>,
        at: At,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let size = entry::unsigned(entry, c::DW_AT_byte_size);
        let of = entry::value(entry.attrs(), c::DW_AT_type);
        let mut array = self.referred(at.unit, of.as_ref(), name)?;
        array.integer = false;
        array.asked = alignment(entry).or(array.asked);
        let dimensions = self.children(&open.unit, entry)?;
        let strange = [
            c::DW_AT_byte_stride,
            c::DW_AT_bit_stride,
            c::DW_AT_rank,
            c::DW_AT_data_location,
            c::DW_AT_allocated,
            c::DW_AT_associated,
        ];
        let has_strange =
            |entry: &Entry<'_>| strange.iter().any(|&name| entry.attr(name).is_some());
        if has_strange(entry) || dimensions.iter().any(has_strange) {
            return Ok(self.opaque("an array with gaps or a descriptor".to_owned(), size));
        }
        let mut lengths: Vec<_> = dimensions
            .iter()
            .filter(|dimension| {
                matches!(
                    dimension.tag(),
                    c::DW_TAG_subrange_type | c::DW_TAG_enumeration_type
                )
            })
            .map(|dimension| length(dimension, open.unit.lower_bound))
            .collect();
        if lengths.is_empty() {
            lengths.push(Length::Open);
        }
        if lengths.len() > MAX_DIMENSIONS {
            let what = format!("an array of {} dimensions", lengths.len());
            return Ok(self.opaque(what, size));
        }
        let innermost_first = lengths.iter().enumerate().rev();
        for (outside, length) in innermost_first {
            let (count, elements) = match length {
                Length::Fixed(count) => (Count::Fixed(*count), *count),
                // Only the outermost dimension can be left open.
                Length::Open if outside == 0 => (Count::Flexible, 0),
                Length::Open | Length::Variable => {
                    return Ok(self.opaque("an array of variable length".to_owned(), None));
                }
            };
            let kind = Type::Array {
                element: array.id,
                count,
            };
            array.id = self.interned.plain(kind);
            array.size = array.size.and_then(|size| size.checked_mul(elements));
            array.depth += 1;
        }
        if entry::flag(entry, c::DW_AT_GNU_vector) {
            let size = size.or(array.size);
            let Some(octets) = size else {
                return Ok(self.opaque("a vector whose size is not said".to_owned(), None));
            };
            let what = format!("a vector of {octets} octets, whose alignment is the compiler's");
            let vector = self.opaque(what, size);
            let types = &mut self.interned.types;
            types.put_lies(vector.id, Lies::of_size(octets));
            return Ok(vector);
        }
        Ok(array)
    }
}

impl<'a> Reader<'_, 'a> {
    /// Reads characters of a fixed number (DWARF 5, 5.11), of the kind that the entry says; octets where it says none.
    pub(super) fn string(
        &mut self,
        entry: &Entry<'a>,
        at: At,
        name: &Arc<str>,
    ) -> Result<Resolved, Problem> {
        let size = entry::unsigned(entry, c::DW_AT_byte_size);
        let of = match entry::value(entry.attrs(), c::DW_AT_type) {
            Some(of) => self.referred(at.unit, Some(&of), name)?,
            None => Resolved::new(self.interned.plain(Type::Scalar(Scalar::Int8)), Some(1)),
        };
        let count = size.zip(of.size);
        let count = count.and_then(|(size, of)| size.checked_div(of).filter(|_| size % of == 0));
        let is_fixed = entry.attr(c::DW_AT_string_length).is_none();
        let Some(count) = count.filter(|_| is_fixed) else {
            return Ok(self.opaque("characters of a number that is not told".to_owned(), size));
        };
        let kind = Type::Array {
            element: of.id,
            count: Count::Fixed(count),
        };
        let mut resolved = Resolved::new(self.interned.plain(kind), size);
        resolved.depth = of.depth + 1;
        Ok(resolved)
    }
}

fn length(dimension: &Entry<'_>, lower_bound: Option<i128>) -> Length {
    if let Some(count) = entry::value(dimension.attrs(), c::DW_AT_count) {
        return fixed(&count, Some);
    }
    let Some(upper) = entry::value(dimension.attrs(), c::DW_AT_upper_bound) else {
        return Length::Open;
    };
    let lower = match entry::value(dimension.attrs(), c::DW_AT_lower_bound) {
        None => match lower_bound {
            Some(lower) => lower,
            None => return Length::Variable,
        },
        Some(lower) => match entry::as_number(&lower) {
            Some(lower) => lower,
            None => return Length::Variable,
        },
    };
    fixed(&upper, |upper_bound| {
        // The last element of none, -1, in a form without a sign.
        let minus_one = entry::data_bits(&upper)
            .is_some_and(|bits| (32..128).contains(&bits) && upper_bound == (1 << bits) - 1);
        let upper_bound = if minus_one { -1 } else { upper_bound };
        upper_bound.checked_sub(lower)?.checked_add(1)
    })
}

fn fixed(value: &AttributeValue<Octets<'_>>, count: impl Fn(i128) -> Option<i128>) -> Length {
    entry::as_number(value)
        .and_then(count)
        .and_then(|count| u64::try_from(count).ok())
        .map_or(Length::Variable, Length::Fixed)
}
