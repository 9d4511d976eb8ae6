//! Where the braces of a record end.

use std::ops::Range;

/// A closing brace in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    /// From 1.
    pub(super) line: u64,
    /// Where a declaration is to be written before it: in characters from 1.
    pub(super) column: usize,
    /// What stands before the declarations inside, where the brace has a line of its own.
    indent: Option<String>,
    /// Behind the last member, where neither a comma nor a semicolon ends it: the line and the column, as above.
    pub(super) open_end: Option<(u64, usize)>,
}

/// A record of more lines is not looked through.
const MAX_LINES: usize = 5_000;

impl Closing {
    /// A declaration, as it is to be written there.
    pub(super) fn before(&self, declaration: &str) -> String {
        match &self.indent {
            Some(indent) => format!("{indent}{declaration}\n"),
            None => format!("{declaration} "),
        }
    }
}

/// Where the braces end of the type whose name stands there: behind them, or before them.
pub(super) fn closing(lines: &[String], line: u64, name: &Range<usize>) -> Option<Closing> {
    let first = usize::try_from(line).ok()?.checked_sub(1)?;
    let before = lines.get(first)?.get(..name.start)?;
    let is_behind = before.rfind('}').filter(|brace| {
        !before
            .get(*brace..)
            .is_some_and(|rest| rest.contains(['{', ';']))
    });
    if let Some(brace) = is_behind {
        return at(lines, first, brace, None);
    }
    // The last sign outside of comments: its line, its place there, and itself.
    let mut last: Option<(usize, usize, char)> = None;
    let (mut depth, mut in_comment) = (0_usize, false);
    for (number, text) in lines.iter().enumerate().skip(first).take(MAX_LINES) {
        let begin = if number == first { name.end } else { 0 };
        let mut rest = text.get(begin..)?.char_indices().peekable();
        let mut in_text = None;
        while let Some((place, c)) = rest.next() {
            let next = rest.peek().map(|(_, next)| *next);
            match (c, next) {
                ('*', Some('/')) if in_comment => {
                    in_comment = false;
                    rest.next();
                }
                _ if in_comment => {}
                ('\\', _) if in_text.is_some() => {
                    rest.next();
                }
                (quote, _) if in_text == Some(quote) => in_text = None,
                _ if in_text.is_some() => {}
                ('"' | '\'', _) => in_text = Some(c),
                ('/', Some('/')) => break,
                ('/', Some('*')) => in_comment = true,
                ('{', _) => depth += 1,
                ('}', _) if depth == 1 => return at(lines, number, begin + place, last),
                ('}', _) => depth = depth.checked_sub(1)?,
                (';', _) if depth == 0 => return None,
                _ => {}
            }
            let is_code = !in_comment && !matches!(c, '/' | '*') && !c.is_whitespace();
            if is_code {
                last = Some((number, begin + place + c.len_utf8(), c));
            }
        }
    }
    None
}

/// Before the brace at that octet of that line.
fn at(
    lines: &[String],
    number: usize,
    brace: usize,
    last: Option<(usize, usize, char)>,
) -> Option<Closing> {
    let before = lines.get(number)?.get(..brace)?;
    let line = u64::try_from(number + 1).ok()?;
    let open_end = last
        .filter(|(.., last)| !matches!(last, ',' | ';' | '{'))
        .and_then(|(number, end, _)| {
            let before = lines.get(number)?.get(..end)?;
            let line = u64::try_from(number + 1).ok()?;
            Some((line, before.chars().count() + 1))
        });
    if !before.trim().is_empty() {
        let column = before.chars().count() + 1;
        return Some(Closing {
            line,
            column,
            indent: None,
            open_end,
        });
    }
    let above = lines.get(..number)?.iter().rev();
    let mut above = above.filter(|line| !line.trim().is_empty());
    let indent = above.next().map_or("", |line| {
        let end = line.len() - line.trim_start().len();
        line.get(..end).unwrap_or_default()
    });
    Some(Closing {
        line,
        column: 1,
        indent: Some(indent.to_owned()),
        open_end,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_ends_the_last_member_is_known() {
        for (text, open_end) in [
            ("struct A { x: u8 }", Some((1, 17))),
            ("struct A { x: u8, }", None),
            ("struct A { x: u8; }", None),
            ("struct A { }", None),
            (
                "struct A {\n    x: u8,\n    y: [u8; 2] // of all\n}",
                Some((3, 15)),
            ),
            ("struct A { x: u8 /* of all */ }", Some((1, 17))),
        ] {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let closing = closing(&lines, 1, &(7..8)).unwrap();
            assert_eq!(closing.open_end, open_end, "{text}");
        }
    }

    #[test]
    fn the_brace_that_ends_a_record_is_found_before_its_name_or_behind() {
        for (text, name, line, column, written) in [
            ("struct a { int x; };", "a", 1, 19, "new; "),
            ("typedef struct { int x; } a_t;", "a_t", 1, 25, "new; "),
            (
                "struct b\n{\n\tint x; /* } */\n\tstruct { int y; } z; // }\n};",
                "b",
                5,
                1,
                "\tnew;\n",
            ),
            (
                "typedef struct {\n  char c = '}';\n\n} c_t;",
                "c_t",
                4,
                1,
                "  new;\n",
            ),
        ] {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let (at, found) = lines
                .iter()
                .enumerate()
                .rev()
                .find_map(|(at, line)| Some((at, line.find(name)?)))
                .filter(|_| name.ends_with("_t"))
                .or_else(|| Some((0, lines[0].find(&format!(" {name}"))? + 1)))
                .unwrap();
            let at = u64::try_from(at + 1).unwrap();
            let closing = closing(&lines, at, &(found..found + name.len())).unwrap();
            assert_eq!((closing.line, closing.column), (line, column), "{text}");
            assert_eq!(closing.before("new;"), written, "{text}");
        }
        let lines = ["struct a;".to_owned(), "struct b { int x; };".to_owned()];
        assert_eq!(closing(&lines, 1, &(7..8)), None);
        assert_eq!(closing(&lines, 9, &(7..8)), None);
        assert_eq!(closing(&["struct a {".to_owned()], 1, &(7..8)), None);
    }
}
