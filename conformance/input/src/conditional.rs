//! Whether a preprocessor's condition stands in a declaration.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::OnceLock;

use layout::dwarf::Place;

use crate::integer_names::IntegerNames;

/// Source files, each read once.
#[derive(Default)]
pub struct Texts {
    files: HashMap<Arc<str>, Option<Text>>,
    renamed: Option<Renamed>,
}

/// The text of a file.
struct Text {
    lines: Vec<String>,
    /// Looked for when the first cure asks: files are long, and have many types.
    integer_names: OnceLock<IntegerNames>,
}

/// A file that reports name otherwise than it is called: standard input, which compilers are given as a file.
#[derive(Clone, Debug)]
pub struct Renamed {
    /// In reports.
    pub name: Arc<str>,
    /// Where its text is.
    pub file: PathBuf,
}

/// A declaration is looked through for so many lines.
const MOST_LINES: usize = 20_000;

/// Larger files are not looked at.
const MOST_OCTETS: u64 = 16 << 20;

impl Texts {
    /// None so far; one of them has another name in reports.
    pub fn with(renamed: Option<&Renamed>) -> Texts {
        Texts {
            renamed: renamed.cloned(),
            ..Texts::default()
        }
    }

    /// The lines of a file; `None` where it is not here.
    pub fn lines(&mut self, file: &Arc<str>) -> Option<&[String]> {
        self.text(file).map(|text| text.lines.as_slice())
    }

    /// How a file names integers of a fixed width.
    pub fn integer_names(&mut self, file: &Arc<str>) -> Option<IntegerNames> {
        let text = self.text(file)?;
        let names = text
            .integer_names
            .get_or_init(|| IntegerNames::of(&text.lines));
        Some(*names)
    }

    fn text(&mut self, file: &Arc<str>) -> Option<&Text> {
        let renamed = self
            .renamed
            .as_ref()
            .filter(|renamed| renamed.name == *file);
        let path = renamed.map_or(Path::new(&**file), |renamed| &renamed.file);
        let text = self.files.entry(Arc::clone(file));
        text.or_insert_with(|| read(path)).as_ref()
    }

    /// A line of a file, counted from 1.
    pub fn line(&mut self, file: &Arc<str>, line: u64) -> Option<&str> {
        let place = usize::try_from(line).ok()?.checked_sub(1)?;
        self.lines(file)?.get(place).map(String::as_str)
    }

    /// The first line with a condition inside of the braces of the declaration at a place, counted from 1; `None` where there is none, or the text is not here.
    pub fn conditional(&mut self, place: &Place) -> Option<u64> {
        let lines = self.lines(&place.file)?;
        let first = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let first = opening(lines, first)?;
        let inside = condition(lines.get(first..)?)?;
        u64::try_from(first + inside + 1).ok()
    }
}

fn read(path: &Path) -> Option<Text> {
    let data = std::fs::metadata(path).ok()?;
    let readable = data.is_file() && data.len() <= MOST_OCTETS;
    let octets = readable.then(|| std::fs::read(path).ok())??;
    let text = String::from_utf8_lossy(&octets);
    Some(Text {
        lines: text.lines().map(str::to_owned).collect(),
        integer_names: OnceLock::new(),
    })
}

/// The line on which a declaration begins. A typedef is declared where its name stands, which is behind its braces.
fn opening(lines: &[String], declared: usize) -> Option<usize> {
    let line = lines.get(declared)?;
    if !line.trim_start().starts_with('}') {
        return Some(declared);
    }
    let mut depth = 0_i64;
    for (number, line) in lines
        .iter()
        .enumerate()
        .take(declared + 1)
        .rev()
        .take(MOST_LINES)
    {
        let braces = Braces::of(line);
        depth += braces.closed - braces.opened;
        if depth <= 0 {
            return Some(number);
        }
    }
    None
}

/// The first condition between the first brace and the one that closes it.
fn condition(lines: &[String]) -> Option<usize> {
    let mut depth = 0_i64;
    let mut begun = false;
    for (number, line) in lines.iter().enumerate().take(MOST_LINES) {
        if let Some(directive) = line.trim_start().strip_prefix('#') {
            let directive = directive.trim_start();
            if begun && directive.starts_with("if") {
                return Some(number);
            }
            // Braces in a macro are not ours.
            continue;
        }
        let braces = Braces::of(line);
        begun |= braces.opened > 0;
        depth += braces.opened - braces.closed;
        let declares_nothing = !begun && line.contains(';');
        if (begun && depth <= 0) || declares_nothing {
            return None;
        }
    }
    None
}

/// The braces of a line; comments to its end are left out.
struct Braces {
    opened: i64,
    closed: i64,
}

impl Braces {
    fn of(line: &str) -> Braces {
        let code = line.split("//").next().unwrap_or_default();
        let count = |brace| i64::try_from(code.matches(brace).count()).unwrap_or(i64::MAX);
        Braces {
            opened: count('{'),
            closed: count('}'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_inside_of_the_declaration_are_found_and_others_are_not() {
        let text = "\
#ifdef A
struct plain {
\tint a;
};
#endif
struct moved {
\tstruct { int x; } in;
# if defined(B)
\tint b;
#endif
};
typedef struct {
#ifdef C
\tint c;
#endif
} named;
typedef int just_a_name;
#ifdef D
struct late { int d; };
#endif
";
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("types.h");
        std::fs::write(&file, text).unwrap();
        let mut texts = Texts::default();
        for (line, found) in [
            (2, None),
            (6, Some(8)),
            (16, Some(13)),
            (17, None),
            (19, None),
            (99, None),
            (0, None),
        ] {
            let place = Place {
                file: file.to_str().unwrap().into(),
                line,
            };
            assert_eq!(texts.conditional(&place), found, "line {line}");
        }
        let place = Place {
            file: "/no/such/file".into(),
            line: 1,
        };
        assert_eq!(texts.conditional(&place), None);
    }
}
