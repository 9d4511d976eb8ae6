//! The matrix at a glance: the panels of the terminal's report as pictures, a place for each pair of ABIs.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::tone::Tone;
use crate::portability::Kind;
use crate::report::Matrix;
use crate::report::grid::{self, Axis, Glyph, Panel};
use kit::html::component;

/// The sides of a place, and what is between groups of like machines, in units of the picture.
const PLACE: usize = 14;
const GAP: usize = 4;
/// Room for the letters of rows and columns.
const MARGIN: usize = 16;

/// All panels; nothing where there is none.
pub(super) fn glance(matrix: &Matrix<'_>) -> Markup {
    let axis = grid::axis(matrix);
    let panels = grid::panels(matrix);
    html! {
        @if !panels.is_empty() {
            h2 { "At a glance" }
            p { "Servers down, clients across, a place for all programs of two ABIs. A letter says why it breaks, a capital that it hangs." }
            (legend(matrix))
            div.panels {
                @for panel in &panels { (figure(panel, &axis)) }
            }
            (key(&axis))
        }
    }
}

/// What shades and letters mean.
pub(super) fn legend(matrix: &Matrix<'_>) -> Markup {
    let tones = [
        (Tone::Right, "·"),
        (Tone::Lucky, "o"),
        (Tone::Wrong, "o"),
        (Tone::Hangs, "W"),
        (Tone::Broken, "!"),
        (Tone::Unknown, "?"),
        (Tone::None, ""),
    ];
    let mut letters = vec![("o", "byte order"), ("w", "width"), ("p", "padding")];
    let capitals = match matrix.is_own() {
        true => {
            letters.extend([
                ("s", "sign of char"),
                ("b", "bit-field order"),
                ("d", "long double"),
                ("x", "no cause found"),
            ]);
            "O W P S B D X #"
        }
        false => {
            letters.push(("c", "character set"));
            "O W P C #"
        }
    };
    letters.extend([("*", "several"), (capitals, "the same, and it hangs")]);
    html! {
        ul.legend.tones {
            @for (tone, glyph) in tones {
                li { span class={ "swatch " (tone.class()) } aria-hidden="true" { (glyph) } (tone.words()) }
            }
            li.letters {
                @for (at, (letter, words)) in letters.iter().enumerate() {
                    @if at > 0 { " " }
                    b { (letter) } " " (words)
                }
            }
        }
    }
}

fn figure(panel: &Panel<'_>, axis: &[Axis<'_>]) -> Markup {
    let chosen = match panel.encodings.as_slice() {
        [one] => format!("#encoding={}", component(one.name())),
        _ => "#claim=everywhere".to_owned(),
    };
    let offsets = offsets(axis);
    let side = offsets.last().map_or(0, |last| last + PLACE) + 1;
    html! {
        figure {
            figcaption { a href=(chosen) { (panel.title) } " " span.quiet { (about(panel)) } }
            svg viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(description(panel)) {
                @for (axis, offset) in axis.iter().zip(&offsets) {
                    @let middle = offset + PLACE / 2;
                    text.tick x=(middle) y="11" { (axis.letter) }
                    text.tick x="8" y=(middle + 4) { (axis.letter) }
                }
                @for tone in Tone::ALL {
                    @let path = squares(panel, axis, &offsets, tone);
                    @if !path.is_empty() { path class=(tone.class()) d=(path) {} }
                }
                @for (row, y) in axis.iter().zip(&offsets) {
                    @let (at, glyphs) = glyphs(panel, row, axis, &offsets);
                    @if !glyphs.is_empty() { text x=(at) y=(y + PLACE / 2 + 4) { (glyphs) } }
                }
            }
        }
    }
}

fn place(panel: &Panel<'_>, row: &Axis<'_>, column: &Axis<'_>) -> Glyph {
    let glyph = panel.glyphs.get(&(row.abi.name(), column.abi.name()));
    glyph.copied().unwrap_or(Glyph::Unsupported)
}

/// The places of a tone as one path (SVG 2, section 9.3): a square each.
fn squares(panel: &Panel<'_>, axis: &[Axis<'_>], offsets: &[usize], tone: Tone) -> String {
    let mut path = String::new();
    if tone == Tone::None {
        return path;
    }
    let side = PLACE - 1;
    for (row, y) in axis.iter().zip(offsets) {
        for (column, x) in axis.iter().zip(offsets) {
            if Tone::of(place(panel, row, column)) == tone {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{side}v{side}h-{side}z");
            }
        }
    }
    path
}

/// The letters of a row, and where each of them stands.
fn glyphs(
    panel: &Panel<'_>,
    row: &Axis<'_>,
    axis: &[Axis<'_>],
    offsets: &[usize],
) -> (String, String) {
    let columns = axis.iter().zip(offsets);
    let glyphs = columns.map(|(column, x)| (x, place(panel, row, column).character()));
    let shown = glyphs.filter(|(_, glyph)| *glyph != ' ');
    let (at, letters): (Vec<_>, String) = shown
        .map(|(x, glyph)| {
            let glyph = if glyph == '.' { '·' } else { glyph };
            ((x + PLACE / 2).to_string(), glyph)
        })
        .unzip();
    (at.join(" "), letters)
}

/// Where each row, or column, begins.
fn offsets(axis: &[Axis<'_>]) -> Vec<usize> {
    let mut offsets = Vec::with_capacity(axis.len());
    let (mut at, mut group) = (MARGIN, axis.first().map(|first| first.group));
    for row in axis {
        if group != Some(row.group) {
            at += GAP;
            group = Some(row.group);
        }
        offsets.push(at);
        at += PLACE;
    }
    offsets
}

/// What is claimed, in a word.
fn about(panel: &Panel<'_>) -> String {
    let first = panel.encodings.first();
    let claim = first.map(|encoding| encoding.claim());
    let trap = first.is_some_and(|encoding| encoding.trap().is_some());
    let trap = if trap { ", a trap" } else { "" };
    format!("{}{trap}", claim.unwrap_or_default())
}

/// The panel for who cannot see it.
fn description(panel: &Panel<'_>) -> String {
    let counts = Tone::ALL.iter().filter_map(|tone| {
        let glyphs = panel.glyphs.values();
        let count = glyphs.filter(|glyph| Tone::of(**glyph) == *tone).count();
        (count > 0).then(|| format!("{count} {}", tone.words()))
    });
    let counts: Vec<_> = counts.collect();
    format!(
        "{}: of {} pairs of ABIs {}",
        panel.title,
        panel.glyphs.len(),
        counts.join(", ")
    )
}

/// Which letter is which ABI.
fn key(axis: &[Axis<'_>]) -> Markup {
    let groups = axis.chunk_by(|a, b| a.group == b.group);
    html! {
        dl.abis {
            @for group in groups {
                @if let Some(first) = group.first() {
                    div {
                        dt { (Kind::of(first.abi)) }
                        dd {
                            @for (at, axis) in group.iter().enumerate() {
                                @if at > 0 { " " }
                                span { b { (axis.letter) } " " (axis.abi.name()) }
                            }
                        }
                    }
                }
            }
        }
    }
}
