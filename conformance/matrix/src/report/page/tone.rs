//! How good a place of the matrix is: what its glyph leaves to colour in a terminal, and the page says by a shade, a name and words.

use crate::report::grid::Glyph;
use crate::summary::Summary;

/// Worst last: of several cells the worst counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tone {
    None,
    Right,
    Lucky,
    Wrong,
    Hangs,
    Unknown,
    Broken,
}

impl Tone {
    pub(super) const ALL: [Tone; 7] = [
        Tone::None,
        Tone::Right,
        Tone::Lucky,
        Tone::Wrong,
        Tone::Hangs,
        Tone::Unknown,
        Tone::Broken,
    ];

    pub(super) fn of(glyph: Glyph) -> Tone {
        match glyph {
            Glyph::Unsupported => Tone::None,
            Glyph::Correct => Tone::Right,
            Glyph::Cause {
                result: Summary::Lucky,
                ..
            } => Tone::Lucky,
            Glyph::Cause {
                result: Summary::Starved,
                ..
            } => Tone::Hangs,
            Glyph::Cause { .. } => Tone::Wrong,
            Glyph::CouldNotRun => Tone::Unknown,
            Glyph::Broken => Tone::Broken,
        }
    }

    /// Its class in the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Tone::None => "tone-none",
            Tone::Right => "tone-right",
            Tone::Lucky => "tone-lucky",
            Tone::Wrong => "tone-wrong",
            Tone::Hangs => "tone-hangs",
            Tone::Unknown => "tone-unknown",
            Tone::Broken => "tone-broken",
        }
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            Tone::None => "not implemented",
            Tone::Right => "right",
            Tone::Lucky => "partly right",
            Tone::Wrong => "none right",
            Tone::Hangs => "hangs",
            Tone::Unknown => "could not run",
            Tone::Broken => "not as claimed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_last() {
        assert!(Tone::ALL.is_sorted());
    }
}
