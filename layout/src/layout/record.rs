//! A struct or a union: its fields made ready, placed by the rule of the ABI, and what lies between them.

use crate::abi::{Abi, BitFieldPacking, Dialect};
use crate::types::{Record, TypeId};

use super::field::{Field, Frame, Places};
use super::shape::Shape;
use super::{Hole, Layout, LayoutError, Placed, clang, gcc, microsoft, msvc};

/// `shape` tells that of a member's type.
pub(super) fn lay_out<'a>(
    abi: &Abi,
    record: &'a Record,
    shape: impl Fn(TypeId) -> Result<Shape, LayoutError>,
) -> Result<Layout<'a>, LayoutError> {
    let frame = Frame::new(abi, record)?;
    let fields = record
        .members
        .iter()
        .map(|member| Field::new(member, shape(member.kind)?))
        .collect::<Result<Vec<Field<'a>>, LayoutError>>()?;
    let places = place(&frame, &fields)?;
    let members: Vec<Placed<'a>> = fields
        .iter()
        .zip(&places.offsets)
        .map(|(field, &bit_offset)| Placed {
            name: field.name,
            kind: field.kind,
            bit_offset,
            bit_size: field.size(),
            is_bit_field: field.is_bit_field(),
        })
        .collect();
    Ok(Layout {
        size: places.size,
        align: places.align,
        padding: padding(&members, 8 * places.size),
        members,
        shape: Shape {
            size: places.size,
            align: places.align,
            natural: places.align,
            required: places.required,
            scalar: 0,
            integer: false,
            flexible: false,
        },
    })
}

fn place(frame: &Frame<'_>, fields: &[Field<'_>]) -> Result<Places, LayoutError> {
    match (frame.abi.bit_field_packing(), frame.abi.compiler()) {
        (BitFieldPacking::Msvc, _) => msvc::place(frame, fields),
        (
            BitFieldPacking::Sysv | BitFieldPacking::Aapcs | BitFieldPacking::Microsoft,
            Dialect::Clang,
        ) => clang::place(frame, fields),
        (BitFieldPacking::Microsoft, Dialect::Gcc) => microsoft::place(frame, fields),
        // Clang knows no dense bit-fields.
        (BitFieldPacking::Dense, _)
        | (BitFieldPacking::Sysv | BitFieldPacking::Aapcs, Dialect::Gcc) => {
            gcc::place(frame, fields)
        }
    }
}

/// What no member covers, of so many bits.
fn padding(members: &[Placed<'_>], bits: u64) -> Vec<Hole> {
    let mut pieces: Vec<(u64, u64)> = members
        .iter()
        .map(|member| (member.bit_offset, member.bit_size))
        .collect();
    // In a struct they are in order, but for members that take no room.
    pieces.sort_unstable();
    let mut holes = Vec::new();
    let mut covered = 0;
    for (offset, size) in pieces.into_iter().chain([(bits, 0)]) {
        if offset > covered {
            holes.push(Hole {
                bit_offset: covered,
                bit_size: offset - covered,
            });
        }
        covered = covered.max(offset + size);
    }
    holes
}
