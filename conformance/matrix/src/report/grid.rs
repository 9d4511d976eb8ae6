//! The matrix at a glance: one glyph for all cells between two ABIs, grouped by byte order and width of `long`.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Write as _};
use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use layout::abi::Scalar;
use layout::{Abi, ByteOrder};

use super::{Matrix, evidence};
use crate::cause::Cause;
use crate::judged::JudgedCell;
use crate::protocol::Encoding;
use crate::summary::Summary;
use crate::verdict::CellVerdict;

/// A table of glyphs: rows are the servers' ABIs, columns the clients'.
pub(super) struct Panel<'a> {
    pub(super) title: String,
    /// What it folds into one.
    pub(super) encodings: Vec<Arc<dyn Encoding>>,
    /// By the ABIs' names, the server's first.
    pub(super) glyphs: BTreeMap<(&'a str, &'a str), Glyph>,
}

/// What one place shows, worst last: of several cells the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Glyph {
    Unsupported,
    Correct,
    Cause { letter: char, result: Summary },
    CouldNotRun,
    Broken,
}

/// An ABI's row, in the order that puts like beside like.
#[derive(Clone, Copy)]
pub(super) struct Axis<'a> {
    pub(super) abi: &'a Abi,
    pub(super) letter: char,
    /// Byte order and width: those that agree in both stand together.
    pub(super) group: (bool, usize),
}

/// What the glyphs mean.
const LEGEND: &str = "\
.  right          o  byte order    w  width    p  padding    c  character set    *  several of these
!  not as predicted    ?  could not run    (blank: not implemented)
O W P C #  the same, and it hangs: both ends wait for ever (else wrong numbers or nonsense come back, a few right by luck)
";

/// What they mean where a protocol is a user's own, besides.
const OWN_LEGEND: &str = "\
x  wrong, no cause found    s  sign of char    b  bit-field order    d  long double    X S B D  the same, and it hangs
";

/// Draws the matrix, as many panels side by side as the width allows.
pub(super) fn draw(matrix: &Matrix<'_>, width: usize, out: &mut impl fmt::Write) -> fmt::Result {
    let axis = axis(matrix);
    let panels = panels(matrix);
    let label = axis
        .iter()
        .map(|row| row.abi.name().len())
        .max()
        .unwrap_or(0)
        + "a  LE64 ".len();
    let breaks = axis
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if a.group != b.group))
        .count();
    let body = axis.len() + breaks;
    let panel_width = panels
        .iter()
        .map(|panel| panel.title.len())
        .max()
        .unwrap_or(0)
        .max(body)
        + 2;
    let per_band = (width.saturating_sub(label + 2) / panel_width).max(1);

    for band in panels.chunks(per_band) {
        let titles = band
            .iter()
            .map(|panel| format!("{:<panel_width$}", panel.title))
            .collect::<String>();
        writeln!(out, "{:label$}  {}", "", titles.trim_end())?;
        let letters = spaced(&axis, |column| column.letter.to_string());
        let heads = band
            .iter()
            .map(|_| format!("{letters:<panel_width$}"))
            .collect::<String>();
        writeln!(out, "{:label$}  {}", "server \\ client", heads.trim_end())?;
        for row in &axis {
            let order = if row.abi.byte_order() == ByteOrder::Big {
                "BE"
            } else {
                "LE"
            };
            let mut line = format!(
                "{} {order}{} {:<name$}  ",
                row.letter,
                row.group.1 * 8,
                row.abi.name(),
                name = label - "a LE64 ".len()
            );
            for panel in band {
                let glyphs = spaced(&axis, |column| {
                    match panel.glyphs.get(&(row.abi.name(), column.abi.name())) {
                        Some(glyph) => glyph.painted(),
                        None => " ".to_owned(),
                    }
                });
                write!(line, "{glyphs}{:pad$}", "", pad = panel_width - body)?;
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    out.write_str(&LEGEND.replace("not as predicted", matrix.unlike()))?;
    match matrix.is_own() {
        true => out.write_str(OWN_LEGEND),
        false => Ok(()),
    }
}

/// One string for each column, with a gap between groups.
fn spaced(axis: &[Axis<'_>], glyph: impl Fn(&Axis<'_>) -> String) -> String {
    let mut line = String::new();
    let mut group = axis.first().map(|column| column.group);
    for column in axis {
        if group != Some(column.group) {
            line.push(' ');
            group = Some(column.group);
        }
        line.push_str(&glyph(column));
    }
    line
}

/// The ABIs of a matrix, in that order.
pub(super) fn axis<'a>(matrix: &Matrix<'a>) -> Vec<Axis<'a>> {
    let mut abis: Vec<&Abi> = matrix
        .roles
        .all
        .iter()
        .filter_map(|participant| matrix.abis.get(&participant.target.abi))
        .collect();
    let group = |abi: &Abi| (abi.byte_order() == ByteOrder::Big, abi.size(Scalar::Long));
    abis.sort_by_key(|abi| {
        (
            group(abi).0,
            std::cmp::Reverse(group(abi).1),
            std::cmp::Reverse(abi.align(Scalar::Int64)),
            abi.name(),
        )
    });
    abis.dedup_by_key(|abi| abi.name());
    let letters = ('a'..='z').chain('A'..='Z').chain(std::iter::repeat('+'));
    abis.into_iter()
        .zip(letters)
        .map(|(abi, letter)| Axis {
            abi,
            letter,
            group: group(abi),
        })
        .collect()
}

/// All encodings that claim to be correct everywhere in one panel, each of the others in its own, and so each of a user's that is not: which of them it is would not be seen. None that would be blank.
pub(super) fn panels<'a>(matrix: &Matrix<'a>) -> Vec<Panel<'a>> {
    let encodings = matrix.encodings.iter().cloned();
    let (everywhere, own): (Vec<Arc<dyn Encoding>>, Vec<_>) = encodings
        .partition(|encoding| encoding.is_correct_everywhere() && !is_broken(matrix, &**encoding));
    let mut panels = Vec::new();
    match everywhere.as_slice() {
        [] => {}
        [one] => panels.push(panel(one.name().to_owned(), std::slice::from_ref(one))),
        all => {
            let those = matrix.protocol.correct_ones();
            panels.push(panel(format!("{those} ({})", all.len()), all));
        }
    }
    panels.extend(
        own.into_iter()
            .map(|encoding| panel(encoding.name().to_owned(), &[encoding])),
    );
    fill(&mut panels, matrix.judged);
    let shows_anything = |panel: &Panel<'_>| {
        let mut glyphs = panel.glyphs.values();
        glyphs.any(|glyph| *glyph != Glyph::Unsupported)
    };
    panels.retain(shows_anything);
    panels
}

/// Whether a cell of a user's own encoding is not as claimed.
fn is_broken(matrix: &Matrix<'_>, encoding: &dyn Encoding) -> bool {
    let its = |judged: &JudgedCell| judged.cell.encoding.name() == encoding.name();
    let mut broken = evidence::broken(matrix);
    matrix.is_own() && broken.any(its)
}

fn panel<'a>(title: String, encodings: &[Arc<dyn Encoding>]) -> Panel<'a> {
    Panel {
        title,
        encodings: encodings.to_vec(),
        glyphs: BTreeMap::new(),
    }
}

/// Puts each cell into the panel of its encoding.
fn fill<'a>(panels: &mut [Panel<'a>], judged: &'a [JudgedCell]) {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, panel) in panels.iter().enumerate() {
        let names = panel.encodings.iter().map(|encoding| encoding.name());
        places.extend(names.map(|name| (name.to_owned(), place)));
    }
    for judged in judged {
        let place = places.get(judged.cell.encoding.name());
        let Some(panel) = place.and_then(|place| panels.get_mut(*place)) else {
            continue;
        };
        let ends = (
            judged.cell.server.target.abi.as_str(),
            judged.cell.client.target.abi.as_str(),
        );
        let glyph = panel.glyphs.entry(ends).or_insert(Glyph::Unsupported);
        *glyph = Glyph::of(judged).max(*glyph);
    }
}

impl Glyph {
    /// That of one cell.
    pub(super) fn of(judged: &JudgedCell) -> Glyph {
        match (judged.verdict, judged.summary) {
            (Some(CellVerdict::Broken), _) => Glyph::Broken,
            (Some(CellVerdict::CouldNotRun), _) => Glyph::CouldNotRun,
            (Some(CellVerdict::Unsupported), _) | (_, None) => Glyph::Unsupported,
            (_, Some(Summary::Correct)) => Glyph::Correct,
            (_, Some(result)) => Glyph::Cause {
                letter: letter(judged.causes()),
                result,
            },
        }
    }

    /// The character that stands for it.
    pub(super) fn character(self) -> char {
        match self {
            Glyph::Unsupported => ' ',
            Glyph::Correct => '.',
            Glyph::Cause {
                letter: '*',
                result: Summary::Starved,
            } => '#',
            Glyph::Cause {
                letter,
                result: Summary::Starved,
            } => letter.to_ascii_uppercase(),
            Glyph::Cause { letter, .. } => letter,
            Glyph::CouldNotRun => '?',
            Glyph::Broken => '!',
        }
    }

    fn painted(self) -> String {
        let colour = match self {
            Glyph::Unsupported => return self.character().to_string(),
            Glyph::Correct => AnsiColor::Green,
            Glyph::Cause {
                result: Summary::Lucky,
                ..
            } => AnsiColor::Yellow,
            Glyph::Cause {
                result: Summary::Starved,
                ..
            } => AnsiColor::Magenta,
            Glyph::Cause { .. } => AnsiColor::Red,
            Glyph::CouldNotRun | Glyph::Broken => AnsiColor::BrightRed,
        };
        let style = Style::new().fg_color(Some(colour.into()));
        format!("{style}{}{style:#}", self.character())
    }
}

fn letter(causes: &[Cause]) -> char {
    match causes {
        [Cause::ByteOrder] => 'o',
        [Cause::Width] => 'w',
        [Cause::Padding] => 'p',
        [Cause::Charset] => 'c',
        [Cause::CharSign] => 's',
        [Cause::BitFieldOrder] => 'b',
        [Cause::LongDouble] => 'd',
        // Wrong, and nothing says why.
        [] => 'x',
        _ => '*',
    }
}
