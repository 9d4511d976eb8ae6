//! How a type is to be written that lies otherwise on each machine.

use std::collections::BTreeSet;

use check::anatomy::is_inside_library;
use layout::abi::{BitFieldOrder, ByteOrder, LongDoubleFormat};

use super::agreed;
use crate::form::{Cell, Form, Forms, Meaning};

/// More values than these are no code that anybody reads.
const MAX_FIELDS: usize = 1000;

/// Of a larger one no record is held in memory.
const MAX_OCTETS: u64 = 1 << 20;

/// What is chosen of a new format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// Which octet comes first.
    pub order: ByteOrder,
    /// Bits of what has another width on other machines: `long`, `size_t`. Times have 64 anyway.
    pub long: u64,
}

/// What keeps a type from being written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct NotPortable(pub Vec<String>);

/// The form of a new format: every value of the type behind the other, without padding; bit-fields together, from the end that comes first.
///
/// # Errors
/// A value means nothing on another machine, or its width has to be decided.
pub(super) fn design(forms: &Forms, widths: Widths) -> Result<Form, NotPortable> {
    let Some(first) = forms.forms.first() else {
        let why = forms
            .unknown
            .first()
            .map_or("nothing is known of it", |(why, _)| why);
        return Err(NotPortable(vec![format!("{}: {why}", forms.name)]));
    };
    let mut wrong = refused(first, true);
    wrong.extend(only_elsewhere(first, &forms.forms));
    let mut cells = Vec::new();
    let mut next = 0;
    for cell in first.cells.iter().filter(is_named) {
        let same = match agreed::all(cell, first, &forms.forms) {
            Ok(same) => same,
            Err(why) => {
                wrong.push(why);
                continue;
            }
        };
        let sizes: Vec<u64> = same.iter().map(|cell| cell.bit_size).collect();
        let (least, most) = (sizes.iter().min(), sizes.iter().max());
        let most = most.copied().unwrap_or(cell.bit_size);
        let differs = least.is_some_and(|least| *least != most);
        let bit_size = match cell.meaning {
            Meaning::Integer { is_time: true, .. } => 64,
            Meaning::Integer { .. } if differs && most == 64 => widths.long,
            _ => most,
        };
        if !cell.is_bit_field {
            next = u64::next_multiple_of(next, 8);
        }
        cells.push(Cell {
            bit_offset: next,
            bit_size,
            bit_stride: bit_size,
            order: widths.order,
            bits: match widths.order {
                ByteOrder::Big => BitFieldOrder::HighFirst,
                ByteOrder::Little => BitFieldOrder::LowFirst,
            },
            ..cell.clone()
        });
        next = cells.last().map_or(next, Cell::bit_end);
    }
    match wrong.is_empty() {
        true => Ok(Form {
            machines: Vec::new(),
            size: next.div_ceil(8),
            cells,
            padding: Vec::new(),
        }),
        false => Err(NotPortable(wrong)),
    }
}

/// What other machines declare, and the first does not.
fn only_elsewhere(first: &Form, forms: &[Form]) -> Vec<String> {
    let known: BTreeSet<&str> = first.cells.iter().map(|cell| cell.path.as_str()).collect();
    let cells = forms.iter().flat_map(|form| &form.cells);
    let cells = cells.filter(is_named);
    let more: BTreeSet<&str> = cells.map(|cell| cell.path.as_str()).collect();
    let more = more.difference(&known);
    more.map(|path| agreed::not_everywhere(path, forms))
        .collect()
}

/// Whether programs name it: what a C library's type has beside is each library's own.
fn is_named(cell: &&Cell) -> bool {
    !is_inside_library(&cell.path)
}

/// What is in a form that cannot be written; of an old format its addresses can be kept as numbers.
///
/// # Errors
/// There is such a thing.
pub(super) fn check(form: &Form) -> Result<(), NotPortable> {
    let wrong = refused(form, false);
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(NotPortable(wrong)),
    }
}

fn refused(form: &Form, is_new: bool) -> Vec<String> {
    let wrong = form.cells.iter().filter_map(|cell| {
        let path = &cell.path;
        let is_plain = matches!(
            cell.meaning,
            Meaning::Float(LongDoubleFormat::IeeeSingle | LongDoubleFormat::IeeeDouble)
        );
        Some(match &cell.meaning {
            _ if cell.is_shared => format!(
                "`{path}` shares its octets with others of a union: write the member that counts, and which one it is, as fields of their own"
            ),
            _ if cell.elements == Some(0) => format!(
                "`{}` has no declared length: write its elements behind the type, and their number in it",
                path.split("[]").next().unwrap_or_default()
            ),
            Meaning::Pointer if is_new => format!(
                "`{path}` is an address, which means nothing elsewhere: write what it points to, or its number in a table"
            ),
            _ if is_new && cell.is_bit_field && &*cell.type_name == "char" => format!(
                "`{path}` is a bit-field of plain `char`, which has a sign on some machines: declare it `signed char` or `unsigned char`"
            ),
            Meaning::Float(_) if !is_plain && !is_long_double(cell) => format!(
                "`{path}` is a `{}`, which is no type of C99: declare it `double`, or write it as text",
                cell.type_name
            ),
            Meaning::Float(_) if !is_plain => format!(
                "`{path}` is a long double, of which there are six formats: declare it `double`, or write it as text"
            ),
            Meaning::Complex(_) => format!(
                "`{path}` is a complex number: declare its two parts"
            ),
            _ if cell.bit_size > 64 => format!(
                "`{path}` has {} bits, and C99 has no integer of more than 64: declare two",
                cell.bit_size
            ),
            _ => return None,
        })
    });
    let mut wrong: Vec<_> = wrong.collect();
    // The values of a record in such an array say the same.
    wrong.dedup();
    // C99 has no struct without a member.
    if form.cells.is_empty() {
        wrong.push("it has no value, expected at least one: there is nothing to write".to_owned());
    }
    if form.size > MAX_OCTETS {
        wrong.push(format!(
            "it has {} octets, expected at most {MAX_OCTETS}: port the type of its elements",
            form.size
        ));
    }
    if form.cells.len() > MAX_FIELDS {
        wrong.push(format!(
            "it has {} values, expected at most {MAX_FIELDS}: port the type of its elements",
            form.cells.len()
        ));
    }
    wrong
}

/// Whether it is a `long double`, and not a type that says its own format (`__float128`).
fn is_long_double(cell: &Cell) -> bool {
    !cell.type_name.to_ascii_lowercase().contains("float128")
}
