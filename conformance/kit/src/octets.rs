//! The octets of a type as a picture: strips of one scale below one another, so that the eye sees what moves.

use std::collections::BTreeMap;

use layout::ByteOrder;
use maud::{Markup, html};

/// Larger types are not drawn: no field of theirs would be seen.
const MAX_OCTETS: u64 = 4096;

/// So many things of a strip are worth drawing.
pub const MAX_PIECES: usize = 600;

/// Alternatives of a union are drawn below one another, so many of them.
const MAX_LANES: usize = 6;

/// How wide a picture is at most, unless its octets would be narrower than can be seen.
const WIDTH: u64 = 1080;

/// The height of a lane, in pixels.
const LANE: u64 = 30;

/// A type in some strips.
pub struct Map {
    /// In pixels.
    pub width: u64,
    /// Pixels of an octet.
    unit: u64,
    /// Octets of the largest.
    octets: u64,
    /// In the order in which they were given.
    pub strips: Vec<Strip>,
}

/// How a type lies.
pub struct Strip {
    /// In octets.
    pub size: u64,
    pieces: Vec<Drawn>,
    lanes: usize,
}

/// A field, or padding.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Empty for padding.
    pub path: String,
    /// What is written in it, as far as there is room.
    pub label: String,
    /// What it is, for who asks.
    pub title: String,
    /// In bits, from the start of the type.
    pub begin: u64,
    /// In bits, as the first.
    pub bits: u64,
    /// What it is.
    pub kind: Kind,
    /// Where its most significant octet is: at its left end, or at the right one. `None` where it has no order.
    pub most_significant: Option<ByteOrder>,
}

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A field.
    Field,
    /// Padding.
    Gap,
}

impl Map {
    /// Of a size in octets and its pieces for each strip; `None` where it is too large to be drawn, or nothing of it is known. What lies elsewhere than in the first strip has moved.
    pub fn of(strips: Vec<(u64, Vec<Piece>)>) -> Option<Map> {
        let octets = strips.iter().map(|(size, _)| *size).max()?;
        if octets == 0 || octets > MAX_OCTETS {
            return None;
        }
        let first: BTreeMap<String, (u64, u64)> = strips
            .first()
            .into_iter()
            .flat_map(|(_, pieces)| pieces)
            .map(|piece| (piece.path.clone(), (piece.begin, piece.bits)))
            .collect();
        let strips = strips.into_iter().map(|(size, pieces)| {
            let (lanes, of) = in_lanes(&pieces);
            let drawn = pieces.into_iter().zip(of).map(|(piece, lane)| {
                let is_there = first.get(&piece.path) == Some(&(piece.begin, piece.bits));
                let class = match piece.kind {
                    Kind::Gap => "gap",
                    Kind::Field if is_there => "field",
                    Kind::Field => "moved",
                };
                Drawn { piece, class, lane }
            });
            Strip {
                size,
                lanes,
                pieces: drawn.collect(),
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

/// A piece in a strip.
struct Drawn {
    piece: Piece,
    class: &'static str,
    lane: usize,
}

/// Puts what lies on one another into lanes of its own: how many there are, and that of each piece.
fn in_lanes(pieces: &[Piece]) -> (usize, Vec<usize>) {
    let mut lanes: Vec<Vec<(u64, u64)>> = Vec::new();
    let of = pieces.iter().map(|piece| {
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
        lane
    });
    let of = of.collect();
    (lanes.len().clamp(1, MAX_LANES), of)
}

/// The numbers of the octets, over all strips.
pub fn ruler(map: &Map) -> Markup {
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
pub fn strip(map: &Map, strip: &Strip, link: &dyn Fn(&str) -> Option<String>) -> Markup {
    let height = u64::try_from(strip.lanes).unwrap_or(1) * LANE + 2;
    let shown = strip.pieces.iter().filter(|piece| piece.lane < MAX_LANES);
    html! {
        svg width=(map.width) height=(height) role="group" {
            @for piece in shown {
                @let target = link(&piece.piece.path).filter(|_| piece.class != "gap");
                @match target {
                    Some(target) => a href=(target) { (drawn(map, piece, "fault")) },
                    None => (drawn(map, piece, piece.class)),
                }
            }
        }
    }
}

fn drawn(map: &Map, drawn: &Drawn, class: &str) -> Markup {
    let piece = &drawn.piece;
    // In hundredths of a pixel: a bit is narrower than one.
    let hundredths = |bits: u64| bits.saturating_mul(map.unit).saturating_mul(100) / 8;
    let pixels = |hundredths: u64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
    let (x, width) = (hundredths(piece.begin) + 100, hundredths(piece.bits));
    let y = u64::try_from(drawn.lane).unwrap_or_default() * LANE + 1;
    // A character has about seven pixels.
    let room = usize::try_from((width / 100).saturating_sub(8) / 7).unwrap_or_default();
    let label = match piece.label.chars().count() {
        length if length <= room => piece.label.clone(),
        _ if room >= 3 => piece.label.chars().take(room - 1).chain(['…']).collect(),
        _ => String::new(),
    };
    let also = if class == "fault" && drawn.class == "moved" {
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

/// A colour of the pictures, for a legend.
pub fn swatch(class: &str) -> Markup {
    html! { svg.map-swatch width="28" height="16" aria-hidden="true" { rect class=(class) x="1" y="1" width="26" height="14" {} } }
}
