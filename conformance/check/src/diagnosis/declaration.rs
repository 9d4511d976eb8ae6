//! A member in the text that declares it.

use std::ops::Range;

/// Where a member stands in its line, in octets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Declaration {
    /// Its name.
    pub(super) name: Range<usize>,
    /// The words of its type, where they are what the compiler says that they are: then other words can take their place.
    pub(super) type_words: Option<Range<usize>>,
    /// From the first name that is declared with these words to the end of the declaration.
    pub(super) names: Option<Range<usize>>,
    /// Where the declaration begins, where this name is its first: another one can be written before it.
    pub(super) begin: Option<usize>,
    /// The lengths of an array: `[N][2]`.
    pub(super) lengths: Option<Range<usize>>,
    /// What an alignment in the declaration is: `sizeof(void *)` of `aligned(sizeof(void *))`.
    pub(super) alignment: Option<Range<usize>>,
}

/// Finds a name in a line: where the compiler says (a column from 1; 0 where it does not), or else as a word. `type_name` is what the compiler calls its type.
pub(super) fn find(
    line: &str,
    column: u64,
    name: &str,
    type_name: Option<&str>,
) -> Option<Declaration> {
    let said = usize::try_from(column).ok()?.checked_sub(1);
    let said = said.filter(|start| is_word(line, *start, name));
    let start = said.or_else(|| {
        let mut places = line.match_indices(name).map(|(start, _)| start);
        places.find(|start| is_word(line, *start, name))
    })?;
    let name = start..start + name.len();
    let words = type_name.and_then(|type_name| type_words(line, &name, type_name));
    let begin = begin(line, &name);
    Some(Declaration {
        type_words: words.as_ref().map(|(words, _)| words.clone()),
        names: words.map(|(_, names)| names),
        begin,
        lengths: lengths(line, name.end),
        alignment: alignment(line, &name),
        name,
    })
}

/// Where the declaration of a name begins; `None` where it is not the first of it, or stands on another line.
fn begin(line: &str, name: &Range<usize>) -> Option<usize> {
    let before = line.get(..name.start)?;
    let begin = before.rfind([';', '{', '}']).map_or(0, |place| place + 1);
    let words = before.get(begin..)?;
    let is_plain = !words.contains([',', '(', ')', '"', '\'', '/', '#', '=', '\\']);
    let begin = begin + (words.len() - words.trim_start().len());
    (is_plain && !words.trim().is_empty()).then_some(begin)
}

/// The brackets behind a name, all on its line.
fn lengths(line: &str, name_end: usize) -> Option<Range<usize>> {
    let rest = line.get(name_end..)?;
    let begin = name_end + (rest.len() - rest.trim_start().len());
    let (mut depth, mut end) = (0_usize, None);
    for (place, c) in line.get(begin..)?.char_indices() {
        match c {
            '[' => depth += 1,
            ']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    end = Some(begin + place + 1);
                }
            }
            _ if depth > 0 || c.is_whitespace() => {}
            _ => break,
        }
    }
    Some(begin..end.filter(|_| depth == 0)?)
}

/// What stands in the parentheses of the one alignment of a declaration.
fn alignment(line: &str, name: &Range<usize>) -> Option<Range<usize>> {
    let begin = line.get(..name.start)?.rfind([';', '{', '}']);
    let begin = begin.map_or(0, |place| place + 1);
    let end = name.end + line.get(name.end..)?.find([';', '}'])?;
    let mut found = None;
    for word in ["_Alignas", "alignas", "aligned", "__aligned__"] {
        for (place, _) in line.get(begin..end)?.match_indices(word) {
            let place = begin + place;
            let rest = line.get(place + word.len()..end)?.trim_start();
            if !is_word(line, place, word) || !rest.starts_with('(') {
                continue;
            }
            let open = end - rest.len();
            let mut depth = 0_usize;
            let close = rest.char_indices().find_map(|(place, c)| {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                (depth == 0).then_some(open + place)
            })?;
            if found.replace(open + 1..close).is_some() {
                return None;
            }
        }
    }
    found
}

fn is_word(line: &str, start: usize, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let here = line.get(start..).is_some_and(|rest| rest.starts_with(name));
    let before = line.get(..start).and_then(|before| before.chars().last());
    let after = line.get(start + name.len()..);
    let after = after.and_then(|after| after.chars().next());
    !name.is_empty() && here && !before.is_some_and(is_part) && !after.is_some_and(is_part)
}

/// The words of the type, and the names declared with them, of a declaration that is simple and on one line: `unsigned long a, b[4];`.
fn type_words(
    line: &str,
    name: &Range<usize>,
    type_name: &str,
) -> Option<(Range<usize>, Range<usize>)> {
    let before = line.get(..name.start)?;
    let begin = before
        .rfind([';', '{', '}', '/', '#'])
        .map_or(0, |place| place + 1);
    let rest = line.get(name.end..)?;
    // GNU C takes the last declaration of a struct without its semicolon.
    let end = name.end + end(rest)?;
    let end = end + usize::from(line.get(end..)?.starts_with(';'));
    // What stands in brackets is no word of the type, and the first value of a member is none.
    let (mut depth, mut in_value) = (0_usize, false);
    let whole: String = line
        .get(begin..end)?
        .bytes()
        .map(|octet| {
            in_value |= matches!(octet, b'=' | b'{') && depth == 0;
            let opens = octet == b'[' || in_value && matches!(octet, b'(' | b'{');
            let closes = octet == b']' || in_value && matches!(octet, b')' | b'}');
            depth += usize::from(opens);
            in_value &= depth > 0 || !matches!(octet, b',' | b';');
            let is_inside = in_value || depth > 0 && !matches!(octet, b'[' | b']');
            depth -= usize::from(closes && depth > 0);
            if is_inside || !octet.is_ascii() {
                ' '
            } else {
                char::from(octet)
            }
        })
        .collect();
    // A pointer, a call, an attribute or a comment among them is more than words.
    if whole.contains(['*', '(', ')', '"', '\\', '/', '<', '>', '&', '=']) {
        return None;
    }
    // The first declarator ends where the first of these stands; what is before its name is the type.
    let first = whole.find([',', '[', ':', ';']).unwrap_or(whole.len());
    let mut words = Vec::new();
    let mut at = begin;
    for word in whole.get(..first)?.split_inclusive(char::is_whitespace) {
        let text = word.trim();
        if !text.is_empty() {
            words.push((at, text));
        }
        at += word.len();
    }
    let (first_name, _) = words.pop()?;
    let of_type: Vec<_> = words
        .iter()
        .filter(|(_, word)| !matches!(*word, "const" | "volatile" | "mutable"))
        .collect();
    let said: Vec<&str> = of_type.iter().map(|(_, word)| *word).collect();
    if first_name > name.start || usual(&said) != usual(&words_of(type_name)) {
        return None;
    }
    let (begin, _) = of_type.first()?;
    let (last, word) = of_type.last()?;
    Some((*begin..last + word.len(), first_name..end))
}

/// Where a declaration ends: before a semicolon, or a brace that it did not open.
fn end(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut places = rest.char_indices();
    let end = places.find(|(_, c)| {
        let ends = depth == 0 && matches!(c, ';' | '}');
        depth += usize::from(*c == '{');
        depth -= usize::from(*c == '}' && depth > 0);
        ends
    });
    Some(end?.0)
}

fn words_of(name: &str) -> Vec<&str> {
    name.split_whitespace().collect()
}

/// The words that matter, whatever their order: `long unsigned int` is `unsigned long`.
fn usual<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let is_more = |word: &&&str| !matches!(**word, "int" | "signed");
    let mut usual: Vec<&str> = words.iter().filter(is_more).copied().collect();
    if usual.is_empty() && !words.is_empty() {
        usual.push("int");
    }
    usual.sort_unstable();
    usual
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_type_are_found_where_they_stand_alone() {
        for (line, column, name, type_name, words, names) in [
            (
                "  long length;",
                8,
                "length",
                "long",
                Some("long"),
                Some("length;"),
            ),
            (
                "  long length;",
                0,
                "length",
                "long",
                Some("long"),
                Some("length;"),
            ),
            (
                "  long length;",
                99,
                "length",
                "long",
                Some("long"),
                Some("length;"),
            ),
            (
                "struct a { char c; unsigned long int x, y[4]; };",
                0,
                "y",
                "unsigned long",
                Some("unsigned long int"),
                Some("x, y[4];"),
            ),
            (
                "const size_t n;",
                0,
                "n",
                "size_t",
                Some("size_t"),
                Some("n;"),
            ),
            (
                "uint16_t flags:4, ver:12;",
                0,
                "ver",
                "uint16_t",
                Some("uint16_t"),
                Some("flags:4, ver:12;"),
            ),
            (
                "unsigned f:4;",
                0,
                "f",
                "unsigned int",
                Some("unsigned"),
                Some("f:4;"),
            ),
            (
                "/* long */ long a;",
                0,
                "a",
                "long",
                Some("long"),
                Some("a;"),
            ),
            (
                "mutable long a = f(1, 2), b{3};",
                0,
                "a",
                "long",
                Some("long"),
                Some("a = f(1, 2), b{3};"),
            ),
            (
                "const unsigned long k{4}; };",
                0,
                "k",
                "unsigned long",
                Some("unsigned long"),
                Some("k{4};"),
            ),
            ("WORD length;", 0, "length", "long", None, None),
            ("long *p, x;", 0, "x", "long", None, None),
            ("long x", 0, "x", "long", None, None),
            (
                "struct s {int a}; struct t { long b; };",
                0,
                "a",
                "int",
                Some("int"),
                Some("a"),
            ),
            ("pub length: usize,", 0, "length", "usize", None, None),
        ] {
            let found = find(line, column, name, Some(type_name)).unwrap();
            assert_eq!(&line[found.name.clone()], name, "{line}");
            let text = |range: Option<Range<usize>>| range.map(|range| &line[range]);
            assert_eq!(text(found.type_words), words, "{line}");
            assert_eq!(text(found.names), names, "{line}");
        }
        for (line, name, begin, lengths, alignment) in [
            ("struct s { void *next; };", "next", Some(11), None, None),
            ("char a, b;", "b", None, None, None),
            ("  name;", "name", None, None, None),
            (
                "char room[sizeof(int[2])] [2];",
                "room",
                Some(0),
                Some("[sizeof(int[2])] [2]"),
                None,
            ),
            (
                "_Alignas(long long) char a[8];",
                "a",
                None,
                Some("[8]"),
                Some("long long"),
            ),
            (
                "int v __attribute__((aligned(sizeof(void *))));",
                "v",
                Some(0),
                None,
                Some("sizeof(void *)"),
            ),
        ] {
            let found = find(line, 0, name, None).unwrap();
            let text = |range: Option<Range<usize>>| range.map(|range| &line[range]);
            assert_eq!(found.begin, begin, "{line}");
            assert_eq!(text(found.lengths), lengths, "{line}");
            assert_eq!(text(found.alignment), alignment, "{line}");
        }
        assert_eq!(find("long lengths;", 0, "length", None), None);
        assert_eq!(find("", 3, "length", None), None);
        assert_eq!(find("long é;", 7, "x", None), None);
    }
}
