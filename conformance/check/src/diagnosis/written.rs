//! A declaration as its source has it, and as it should be.

use std::ops::Range;

use input::conditional::Texts;
use input::integer_names::IntegerNames;
use layout::dwarf::{MemberSource, Place};

use super::closing::{Closing, closing};
use super::cure::Cure;
use super::declaration::{self, Declaration};
use super::spot::{Fix, Spot, columns};

/// A declaration in its text.
pub(super) struct Written {
    pub(super) spot: Spot,
    /// The line, and where in it the declaration is; where the text is here.
    text: Option<(String, Declaration)>,
    is_member: bool,
    /// Of a type: where its braces end.
    closing: Option<Closing>,
    /// Those of its file.
    integer_names: IntegerNames,
}

/// A declaration after its cure.
#[derive(Default)]
pub(super) struct Mended {
    /// The line to write.
    pub(super) line: Option<String>,
    /// The changes that make it so.
    pub(super) fixes: Vec<Fix>,
    /// Whether the file must include `<stdint.h>` for it.
    pub(super) includes: bool,
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
        let integer_names = texts.integer_names(&place.file).unwrap_or_default();
        let lines = texts.lines(&place.file);
        let closing = text
            .as_ref()
            .filter(|_| !is_member)
            .and_then(|(_, found)| closing(lines?, line, &found.name));
        Written {
            integer_names,
            spot: Spot {
                file: place.file,
                line,
                columns: text
                    .as_ref()
                    .map(|(text, declaration)| columns(text, &declaration.name)),
            },
            text,
            is_member,
            closing,
        }
    }

    /// The line as it should be, and the changes that make it so.
    pub(super) fn cured(&self, cure: &Cure, name: &str, suffix: &str, is_rust: bool) -> Mended {
        let mut mended = Mended {
            line: declared_as(cure, name, suffix, is_rust),
            ..Mended::default()
        };
        let Some((text, declaration)) = &self.text else {
            return mended;
        };
        let fix = |range: &Range<usize>, new: String| Fix {
            spot: Spot {
                columns: Some(columns(text, range)),
                ..self.spot.clone()
            },
            text: new,
        };
        let fixes = &mut mended.fixes;
        if let (Some(new), Some(words)) = (&cure.type_words, &declaration.type_words) {
            fixes.push(fix(words, new.clone()));
        }
        if let (Some(new), Some(lengths)) = (&cure.lengths, &declaration.lengths) {
            fixes.push(fix(lengths, new.clone()));
        }
        if let (Some(new), Some(number)) = (cure.alignment, &declaration.alignment) {
            fixes.push(fix(number, new.to_string()));
        }
        let open_end = self.closing.as_ref().and_then(|closing| closing.open_end);
        if let (true, Some(_), Some((line, column))) = (is_rust, &cure.before, open_end) {
            fixes.push(Fix {
                spot: Spot {
                    line,
                    columns: Some(column..column),
                    ..self.spot.clone()
                },
                text: ",".to_owned(),
            });
        }
        match (&cure.before, &self.closing, declaration.begin) {
            (Some(new), Some(closing), _) => fixes.push(Fix {
                spot: Spot {
                    line: closing.line,
                    columns: Some(closing.column..closing.column),
                    ..self.spot.clone()
                },
                text: closing.before(new),
            }),
            (Some(new), None, Some(begin)) if self.is_member => {
                fixes.push(fix(&(begin..begin), format!("{new} ")));
            }
            _ => {}
        }
        if let Some(line) = self.line(cure, text, declaration) {
            mended.line = Some(line);
        }
        if is_rust {
            return mended;
        }
        if self.integer_names.are_kernel {
            mended.line = mended.line.as_deref().map(kernel_names);
            for fix in &mut mended.fixes {
                fix.text = kernel_names(&fix.text);
            }
            return mended;
        }
        let wants = mended
            .line
            .iter()
            .any(|line| line.contains("int") && line.contains("_t "));
        if let (true, Some(line)) = (wants, self.integer_names.include_at) {
            mended.includes = true;
            if !mended.fixes.is_empty() {
                mended.fixes.push(Fix {
                    spot: Spot {
                        line,
                        columns: Some(1..1),
                        ..self.spot.clone()
                    },
                    text: "#include <stdint.h>\n".to_owned(),
                });
            }
        }
        mended
    }

    /// The whole declaration with other words in it.
    fn line(&self, cure: &Cure, text: &str, declaration: &Declaration) -> Option<String> {
        let names = declaration.names.clone()?;
        let words = match (&cure.type_words, &declaration.type_words) {
            (Some(new), Some(_)) => new.as_str(),
            (None, Some(words)) if cure.lengths.is_some() => text.get(words.clone())?,
            _ => return None,
        };
        let names = match (&cure.lengths, &declaration.lengths) {
            (Some(new), Some(old)) if names.start <= old.start && old.end <= names.end => {
                let before = text.get(names.start..old.start)?;
                format!("{before}{new}{}", text.get(old.end..names.end)?)
            }
            _ => text.get(names)?.to_owned(),
        };
        Some(format!(
            "{words} {};",
            names.trim_end_matches(';').trim_end()
        ))
    }
}

/// With the kernel's names for integers.
fn kernel_names(text: &str) -> String {
    let mut text = text.to_owned();
    for bits in ["8", "16", "32", "64"] {
        text = text.replace(&format!("uint{bits}_t"), &format!("__u{bits}"));
        text = text.replace(&format!("int{bits}_t"), &format!("__s{bits}"));
    }
    text
}

/// The declaration that a cure asks for, by itself.
pub(super) fn declared_as(cure: &Cure, name: &str, suffix: &str, is_rust: bool) -> Option<String> {
    match &cure.type_words {
        Some(new) if is_rust => Some(format!("{name}: {new},")),
        Some(new) => Some(format!("{new} {name}{suffix};")),
        None => cure.before.clone(),
    }
}
