//! A type as a picture of its octets, a strip for each group of machines.

use std::collections::BTreeMap;

use kit::octets::{Kind, MAX_PIECES, Map, Piece};
use layout::types::{Count, Type};

use super::groups::Group;
use crate::anatomy::{Field, VIRTUAL_BASES};
use crate::case::On;
use crate::origin::sources;
use crate::spelling::declared;
use crate::{Anatomy, Checked};

/// Of a type; `None` where it is too large to be drawn, or nothing of it is known.
pub(super) fn of(checked: &Checked<'_>, groups: &[Group<'_>]) -> Option<Map> {
    let known: Vec<(&On<'_>, &Anatomy)> = checked.case.known().collect();
    let strips = groups.iter().map(|group| {
        let first = group.machines.first()?;
        let mut known = known.iter();
        let (on, anatomy) = known.find(|(on, _)| on.machines.contains(first))?;
        Some((anatomy.size, pieces(on, anatomy)))
    });
    Map::of(strips.collect::<Option<_>>()?)
}

/// What lies where on one machine.
fn pieces(on: &On<'_>, anatomy: &Anatomy) -> Vec<Piece> {
    let sources = on.read.map(sources).unwrap_or_default();
    let mut pieces = Vec::new();
    let mut arrays: BTreeMap<String, ()> = BTreeMap::new();
    for field in anatomy.fields.iter().take(MAX_PIECES) {
        let (bits, around) = field.extent();
        if bits == 0 {
            continue;
        }
        let kind = declared(field, sources.get(&field.path).copied());
        let ordered = field.bit_size > 8 && !field.is_bit_field && !is_opaque(field);
        let place = match field.is_bit_field {
            true => format!("bit {}, {bits} bits", field.bit_offset),
            false => format!("octet {}, {} octets", field.offset(), bits / 8),
        };
        let name = match field.path.as_str() {
            "" => "(the value)",
            path => path,
        };
        pieces.push(Piece {
            path: field.path.clone(),
            label: name.to_owned(),
            title: format!("{name}: {kind}, {place}"),
            begin: field.bit_offset,
            bits,
            kind: Kind::Field,
            most_significant: ordered.then(|| on.abi.byte_order()),
        });
        // Of an array of records the first is drawn, and the others are a block.
        if let (Some(array), Some((prefix, _))) = (around.first(), field.path.split_once("[]")) {
            let Count::Fixed(count @ 2..) = array.count else {
                continue;
            };
            if arrays.insert(prefix.to_owned(), ()).is_none() {
                let begin = field.bit_offset - field.bit_offset % array.bit_stride.max(1);
                let more = array.bit_stride.saturating_mul(count - 1);
                pieces.push(Piece {
                    path: format!("{prefix}[1..]"),
                    label: format!("{} more of {prefix}", count - 1),
                    title: format!("{} more elements of {prefix}", count - 1),
                    begin: begin_of(anatomy, prefix).unwrap_or(begin) + array.bit_stride,
                    bits: more,
                    kind: Kind::Field,
                    most_significant: None,
                });
            }
        }
    }
    let holes = anatomy
        .holes
        .iter()
        .filter(|hole| !hole.path.contains("[]"));
    pieces.extend(
        anatomy
            .pointers
            .iter()
            .take(MAX_PIECES)
            .map(|pointer| Piece {
                path: String::new(),
                label: VIRTUAL_BASES.to_owned(),
                title: "Microsoft's pointer to the places of virtual bases".to_owned(),
                begin: pointer.bit_offset,
                bits: pointer.bit_size,
                kind: Kind::Field,
                most_significant: None,
            }),
    );
    pieces.extend(holes.take(MAX_PIECES).map(|hole| Piece {
        path: String::new(),
        label: String::new(),
        title: match hole.bit_size % 8 {
            0 => format!("{} octets of padding", hole.bit_size / 8),
            _ => format!("{} bits of padding", hole.bit_size),
        },
        begin: hole.bit_offset,
        bits: hole.bit_size,
        kind: Kind::Gap,
        most_significant: None,
    }));
    pieces
}

/// Where an array of records begins: with the first of its values.
fn begin_of(anatomy: &Anatomy, prefix: &str) -> Option<u64> {
    let mut own = anatomy.fields.iter();
    let own = own.find(|field| field.path.starts_with(&format!("{prefix}[]")));
    own.map(|field| field.bit_offset)
}

fn is_opaque(field: &Field) -> bool {
    matches!(field.kind, Type::Opaque { .. } | Type::Sizeless { .. })
}
