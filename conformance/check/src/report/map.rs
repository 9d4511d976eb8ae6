//! The octets of a type as a picture: strips of one scale, one for each group of machines.

use std::collections::BTreeMap;

use layout::ByteOrder;
use layout::types::{Count, Type};
use maud::{Markup, html};

use super::groups::Group;
use crate::anatomy::Field;
use crate::case::On;
use crate::origin::sources;
use crate::spelling::declared;
use crate::{Anatomy, Checked};

/// Larger types are not drawn: no field of theirs would be seen.
const MAX_OCTETS: u64 = 4096;

/// So many things of a strip are drawn.
const MAX_PIECES: usize = 600;

/// Alternatives of a union are drawn below one another, so many of them.
const MAX_LANES: usize = 6;

/// How wide a picture is at most, unless its octets would be narrower than can be seen.
const WIDTH: u64 = 1080;

/// The height of a lane, in pixels.
const LANE: u64 = 30;

/// A type on all groups of machines.
pub(super) struct Map {
    /// In pixels.
    pub(super) width: u64,
    /// Pixels of an octet.
    unit: u64,
    /// Octets of the largest.
    octets: u64,
    /// One for each group.
    pub(super) strips: Vec<Strip>,
}

/// A type on a group of machines.
pub(super) struct Strip {
    /// In octets.
    pub(super) size: u64,
    pieces: Vec<Piece>,
    lanes: usize,
}

/// A field, or padding.
#[derive(Clone, Debug)]
struct Piece {
    /// Empty for padding.
    path: String,
    label: String,
    /// What it is, for who asks.
    title: String,
    begin: u64,
    /// In bits, as the first.
    bits: u64,
    class: &'static str,
    /// Where its most significant octet is: at its left end, or at the right one. `None` where it has no order.
    most_significant: Option<ByteOrder>,
    lane: usize,
}

impl Map {
    /// Of a type; `None` where it is too large to be drawn, or nothing of it is known.
    pub(super) fn of(checked: &Checked<'_>, groups: &[Group<'_>]) -> Option<Map> {
        let known: Vec<(&On<'_>, &Anatomy)> = checked.case.known().collect();
        let of = groups.iter().map(|group| {
            let first = group.machines.first()?;
            let mut known = known.iter();
            known.find(|(on, _)| on.machines.contains(first)).copied()
        });
        let of: Vec<_> = of.collect::<Option<_>>()?;
        let octets = of.iter().map(|(_, anatomy)| anatomy.size).max()?;
        if octets == 0 || octets > MAX_OCTETS {
            return None;
        }
        let first = of.first().map(|(on, anatomy)| pieces(on, anatomy));
        let first: BTreeMap<String, (u64, u64)> = first
            .into_iter()
            .flatten()
            .map(|piece| (piece.path, (piece.begin, piece.bits)))
            .collect();
        let strips = of.into_iter().map(|(on, anatomy)| {
            let mut pieces = pieces(on, anatomy);
            for piece in &mut pieces {
                let here = (piece.begin, piece.bits);
                if piece.class == "field" && first.get(&piece.path) != Some(&here) {
                    piece.class = "moved";
                }
            }
            let lanes = in_lanes(&mut pieces);
            Strip {
                size: anatomy.size,
                pieces,
                lanes,
            }
        });
        let strips = strips.collect();
        let unit = (WIDTH / octets).clamp(6, 30);
        Some(Map {
            width: unit * octets + 2,
            unit,
            octets,
            strips,
        })
    }
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
            class: "field",
            most_significant: ordered.then(|| on.abi.byte_order()),
            lane: 0,
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
                    class: "field",
                    most_significant: None,
                    lane: 0,
                });
            }
        }
    }
    let holes = anatomy
        .holes
        .iter()
        .filter(|hole| !hole.path.contains("[]"));
    pieces.extend(holes.take(MAX_PIECES).map(|hole| Piece {
        path: String::new(),
        label: String::new(),
        title: match hole.bit_size % 8 {
            0 => format!("{} octets of padding", hole.bit_size / 8),
            _ => format!("{} bits of padding", hole.bit_size),
        },
        begin: hole.bit_offset,
        bits: hole.bit_size,
        class: "gap",
        most_significant: None,
        lane: 0,
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
    matches!(field.kind, Type::Opaque { .. })
}

/// Puts what lies on one another into lanes of its own, and says how many there are.
fn in_lanes(pieces: &mut [Piece]) -> usize {
    let mut lanes: Vec<Vec<(u64, u64)>> = Vec::new();
    for piece in pieces.iter_mut() {
        let (begin, end) = (piece.begin, piece.begin.saturating_add(piece.bits));
        let is_free = |lane: &Vec<(u64, u64)>| {
            lane.iter()
                .all(|(other, other_end)| end <= *other || *other_end <= begin)
        };
        let lane = lanes.iter().position(is_free).unwrap_or_else(|| {
            lanes.push(Vec::new());
            lanes.len() - 1
        });
        if let Some(taken) = lanes.get_mut(lane) {
            taken.push((begin, end));
        }
        piece.lane = lane;
    }
    lanes.len().clamp(1, MAX_LANES)
}

/// The numbers of the octets, over all strips.
pub(super) fn ruler(map: &Map) -> Markup {
    let step = if map.unit >= 14 { 4 } else { 8 };
    let numbers = (0..map.octets).step_by(step);
    html! {
        svg width=(map.width) height="18" aria-hidden="true" {
            @for octet in numbers {
                line.axis x1=(octet * map.unit + 1) x2=(octet * map.unit + 1) y1="12" y2="18" {}
                text.tick x=(octet * map.unit + 4) y="13" { (octet) }
            }
        }
    }
}

/// One strip; what has a link leads to it.
pub(super) fn strip(map: &Map, strip: &Strip, link: &dyn Fn(&str) -> Option<String>) -> Markup {
    let height = u64::try_from(strip.lanes).unwrap_or(1) * LANE + 2;
    let shown = strip.pieces.iter().filter(|piece| piece.lane < MAX_LANES);
    html! {
        svg width=(map.width) height=(height) role="group" {
            @for piece in shown {
                @let target = link(&piece.path).filter(|_| piece.class != "gap");
                @match target {
                    Some(target) => a href=(target) { (drawn(map, piece, "fault")) },
                    None => (drawn(map, piece, piece.class)),
                }
            }
        }
    }
}

fn drawn(map: &Map, piece: &Piece, class: &str) -> Markup {
    // In hundredths of a pixel: a bit is narrower than one.
    let hundredths = |bits: u64| bits.saturating_mul(map.unit).saturating_mul(100) / 8;
    let pixels = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let (x, width) = (hundredths(piece.begin) + 100, hundredths(piece.bits));
    let y = u64::try_from(piece.lane).unwrap_or_default() * LANE + 1;
    // A character has about seven pixels.
    let room = usize::try_from((width / 100).saturating_sub(8) / 7).unwrap_or_default();
    let label = match piece.label.chars().count() {
        length if length <= room => piece.label.clone(),
        _ if room >= 3 => piece.label.chars().take(room - 1).chain(['…']).collect(),
        _ => String::new(),
    };
    let also = if class == "fault" && piece.class == "moved" {
        " moved"
    } else {
        ""
    };
    let edge = piece.most_significant.map(|order| match order {
        ByteOrder::Big => x,
        ByteOrder::Little => (x + width).saturating_sub(400),
    });
    html! {
        g {
            title { (piece.title) }
            rect class=(format!("{class}{also}")) x=(pixels(x)) y=(y) width=(pixels(width)) height=(LANE - 3) {}
            @if let Some(edge) = edge {
                rect.edge x=(pixels(edge)) y=(y) width="4" height=(LANE - 3) {}
            }
            @if !label.is_empty() {
                text x=(pixels(x + 600)) y=(y + 18) { (label) }
            }
        }
    }
}
