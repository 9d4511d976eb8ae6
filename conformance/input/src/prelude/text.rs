//! The tokens of a preprocessed text, with where they stand: what is changed in it keeps its lines.

use std::ops::Range;

use crate::reading::tokens::tokens;

/// All tokens but those of directives.
pub(super) struct Tokens<'t> {
    text: &'t str,
    places: Vec<Range<usize>>,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Tokens<'t> {
        let mut places = Vec::new();
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            if !line.starts_with('#') {
                let mut at = begin;
                for token in tokens(line) {
                    let rest = text.get(at..).unwrap_or_default();
                    at += rest.len() - rest.trim_start().len();
                    places.push(at..at + token.len());
                    at += token.len();
                }
            }
            begin += line.len();
        }
        Tokens { text, places }
    }

    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// A token; behind the last there are empty ones.
    pub(super) fn get(&self, at: usize) -> &'t str {
        let place = self.place(at);
        self.text.get(place).unwrap_or_default()
    }

    pub(super) fn place(&self, at: usize) -> Range<usize> {
        let end = self.text.len();
        self.places.get(at).cloned().unwrap_or(end..end)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &'t str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Behind the bracket that closes the one at a place.
    pub(super) fn behind(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.len() {
            match self.get(at) {
                "(" | "{" | "[" => depth += 1,
                ")" | "}" | "]" => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
        }
        self.len()
    }

    /// The text with other words in some places, which are sorted and do not overlap. Line ends in what is replaced stay.
    pub(super) fn with(&self, changes: &[(Range<usize>, String)]) -> String {
        let mut changed = String::with_capacity(self.text.len());
        let mut end = 0;
        for (place, new) in changes {
            changed.push_str(self.text.get(end..place.start).unwrap_or_default());
            changed.push_str(new);
            let old = self.text.get(place.clone()).unwrap_or_default();
            changed.push_str(&kept(old));
            end = place.end;
        }
        changed.push_str(self.text.get(end..).unwrap_or_default());
        changed
    }
}

/// What is left of a text that goes: its line ends and its directives.
fn kept(old: &str) -> String {
    let mut kept = String::new();
    for (number, line) in old.split('\n').enumerate() {
        if number > 0 {
            kept.push('\n');
            if line.starts_with('#') {
                kept.push_str(line);
            }
        }
    }
    // A directive has a line of its own.
    if kept
        .rsplit('\n')
        .next()
        .is_some_and(|last| !last.is_empty())
    {
        kept.push('\n');
    }
    kept
}
