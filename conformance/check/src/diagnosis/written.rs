//! A declaration as its source has it, and as it should be.

use std::ops::Range;

use layout::dwarf::{MemberSource, Place};

use super::cure::Cure;
use super::declaration::{self, Declaration};
use super::spot::{Fix, Spot, columns};
use crate::conditional::Texts;

/// A declaration in its text.
pub(super) struct Written {
    pub(super) spot: Spot,
    /// The line, and where in it the declaration is; where the text is here.
    text: Option<(String, Declaration)>,
}

/// A member whose line the compiler does not say is looked for in so many behind that of its type.
const MAX_LINES: u64 = 200;

impl Written {
    pub(super) fn of(
        place: Place,
        name: &str,
        source: Option<&MemberSource>,
        is_member: bool,
        texts: &mut Texts,
    ) -> Written {
        let mut find = |line: u64, column: u64| {
            let text = texts.line(&place.file, line)?;
            let type_name = source.and_then(|source| source.type_name.as_deref());
            let found = declaration::find(text, column, name, type_name)?;
            Some((line, (text.to_owned(), found)))
        };
        let column = source.map_or(0, |source| source.column);
        let mut found = find(place.line, column);
        let is_said = source.is_some_and(|source| source.place.is_some());
        if found.is_none() && is_member && !is_said && place.line > 0 {
            let mut lines = place.line + 1..place.line + MAX_LINES;
            found = lines.find_map(|line| find(line, 0));
        }
        let line = found.as_ref().map_or(place.line, |(line, _)| *line);
        let text = found.map(|(_, text)| text);
        Written {
            spot: Spot {
                file: place.file,
                line,
                columns: text
                    .as_ref()
                    .map(|(text, declaration)| columns(text, &declaration.name)),
            },
            text,
        }
    }

    /// The line as it should be, and the change that makes it so.
    pub(super) fn cured(
        &self,
        cure: &Cure,
        name: &str,
        suffix: &str,
        is_rust: bool,
    ) -> (Option<String>, Option<Fix>) {
        let exact = self.text.as_ref().and_then(|(text, declaration)| {
            let words = declaration.type_words.as_ref()?;
            let names = text.get(declaration.names.clone()?)?;
            Some((text, words, names))
        });
        let fix = |text: &str, range: &Range<usize>, new: String| Fix {
            spot: Spot {
                columns: Some(columns(text, range)),
                ..self.spot.clone()
            },
            text: new,
        };
        let plain = || declared_as(cure, name, suffix, is_rust);
        match (&cure.type_words, &cure.before, exact) {
            (Some(new), _, Some((text, words, names))) => {
                let line = format!("{new} {names}");
                (Some(line), Some(fix(text, words, new.clone())))
            }
            (None, Some(new), Some((text, words, _))) => {
                let here = words.start..words.start;
                (plain(), Some(fix(text, &here, format!("{new} "))))
            }
            _ => (plain(), None),
        }
    }
}

/// The declaration that a cure asks for, by itself.
pub(super) fn declared_as(cure: &Cure, name: &str, suffix: &str, is_rust: bool) -> Option<String> {
    match &cure.type_words {
        Some(new) if is_rust => Some(format!("{name}: {new},")),
        Some(new) => Some(format!("{new} {name}{suffix};")),
        None => cure.before.clone(),
    }
}
