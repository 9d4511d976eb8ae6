//! The matrix at a glance: the panels of the terminal's report as pictures, a place for each pair of ABIs.

use std::fmt::{self, Write};

use super::tone::Tone;
use crate::claims;
use crate::portability::Kind;
use crate::report::Matrix;
use crate::report::grid::{self, Axis, Glyph, Panel};
use kit::html::{component, escape};

/// The sides of a place, and what is between groups of like machines, in units of the picture.
const PLACE: usize = 14;
const GAP: usize = 4;
/// Room for the letters of rows and columns.
const MARGIN: usize = 16;

/// Draws all panels.
pub(super) fn draw(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    let axis = grid::axis(matrix);
    let panels = grid::panels(matrix);
    if panels.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<h2>At a glance</h2>
<p>Servers down, clients across, a place for all programs of two ABIs. A letter says why it breaks, a capital that it hangs.</p>"
    )?;
    legend(matrix, out)?;
    writeln!(out, "<div class=\"panels\">")?;
    for panel in &panels {
        figure(panel, &axis, out)?;
    }
    writeln!(out, "</div>")?;
    key(&axis, out)
}

/// What shades and letters mean.
pub(super) fn legend(matrix: &Matrix<'_>, out: &mut String) -> fmt::Result {
    writeln!(out, "<ul class=\"legend tones\">")?;
    for (tone, glyph) in [
        (Tone::Right, "\u{b7}"),
        (Tone::Lucky, "o"),
        (Tone::Wrong, "o"),
        (Tone::Hangs, "W"),
        (Tone::Broken, "!"),
        (Tone::Unknown, "?"),
        (Tone::None, ""),
    ] {
        writeln!(
            out,
            "<li><span class=\"swatch {}\" aria-hidden=\"true\">{glyph}</span>{}</li>",
            tone.class(),
            tone.words()
        )?;
    }
    let (others, capitals) = match matrix.is_own() {
        true => (
            "<b>s</b> sign of char <b>b</b> bit-field order <b>d</b> long double <b>x</b> no cause found",
            "O W P S B D X #",
        ),
        false => ("<b>c</b> character set", "O W P C #"),
    };
    writeln!(
        out,
        "<li class=\"letters\"><b>o</b> byte order <b>w</b> width <b>p</b> padding {others} <b>*</b> several <b>{capitals}</b> the same, and it hangs</li>\n</ul>"
    )
}

fn figure(panel: &Panel<'_>, axis: &[Axis<'_>], out: &mut String) -> fmt::Result {
    let place = |row: &Axis<'_>, column: &Axis<'_>| {
        let glyph = panel.glyphs.get(&(row.abi.name(), column.abi.name()));
        glyph.copied().unwrap_or(Glyph::Unsupported)
    };
    let chosen = match panel.encodings.as_slice() {
        [one] => format!("encoding={}", component(one.name())),
        _ => "claim=everywhere".to_owned(),
    };
    writeln!(
        out,
        "<figure>\n<figcaption><a href=\"#{chosen}\">{}</a>{}</figcaption>",
        escape(&panel.title),
        about(panel)
    )?;
    let offsets = offsets(axis);
    let side = offsets.last().map_or(0, |last| last + PLACE) + 1;
    write!(
        out,
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{}\">",
        told(panel)
    )?;
    for (axis, offset) in axis.iter().zip(&offsets) {
        let middle = offset + PLACE / 2;
        write!(
            out,
            "<text class=\"tick\" x=\"{middle}\" y=\"11\">{0}</text><text class=\"tick\" x=\"8\" y=\"{1}\">{0}</text>",
            axis.letter,
            middle + 4
        )?;
    }
    for tone in Tone::ALL {
        let mut path = String::new();
        for (row, y) in axis.iter().zip(&offsets) {
            for (column, x) in axis.iter().zip(&offsets) {
                if tone != Tone::None && Tone::of(place(row, column)) == tone {
                    let side = PLACE - 1;
                    write!(path, "M{x} {y}h{side}v{side}h-{side}z")?;
                }
            }
        }
        if !path.is_empty() {
            write!(out, "<path class=\"{}\" d=\"{path}\"/>", tone.class())?;
        }
    }
    for (row, y) in axis.iter().zip(&offsets) {
        let (mut at, mut glyphs) = (String::new(), String::new());
        for (column, x) in axis.iter().zip(&offsets) {
            let glyph = place(row, column).character();
            if glyph != ' ' {
                write!(at, "{} ", x + PLACE / 2)?;
                glyphs.push(if glyph == '.' { '\u{b7}' } else { glyph });
            }
        }
        if !glyphs.is_empty() {
            write!(
                out,
                "<text x=\"{}\" y=\"{}\">{glyphs}</text>",
                at.trim_end(),
                y + PLACE / 2 + 4
            )?;
        }
    }
    writeln!(out, "</svg>\n</figure>")
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
    let claim = first.map(|encoding| claims::in_a_word(*encoding));
    let trap = first.is_some_and(|encoding| encoding.trap().is_some());
    format!(
        " <span class=\"quiet\">{}{}</span>",
        escape(claim.unwrap_or_default()),
        if trap { ", a trap" } else { "" }
    )
}

/// The panel for who cannot see it.
fn told(panel: &Panel<'_>) -> String {
    let counts = Tone::ALL.iter().filter_map(|tone| {
        let glyphs = panel.glyphs.values();
        let count = glyphs.filter(|glyph| Tone::of(**glyph) == *tone).count();
        (count > 0).then(|| format!("{count} {}", tone.words()))
    });
    let counts: Vec<_> = counts.collect();
    escape(&format!(
        "{}: of {} pairs of ABIs {}",
        panel.title,
        panel.glyphs.len(),
        counts.join(", ")
    ))
}

/// Which letter is which ABI.
fn key(axis: &[Axis<'_>], out: &mut String) -> fmt::Result {
    writeln!(out, "<dl class=\"abis\">")?;
    for group in axis.chunk_by(|a, b| a.group == b.group) {
        let Some(first) = group.first() else {
            continue;
        };
        let names = group.iter().map(|axis| {
            let name = escape(axis.abi.name());
            format!("<span><b>{}</b> {name}</span>", axis.letter)
        });
        let names: Vec<_> = names.collect();
        writeln!(
            out,
            "<div><dt>{}</dt><dd>{}</dd></div>",
            Kind::of(first.abi),
            names.join(" ")
        )?;
    }
    writeln!(out, "</dl>")
}
