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
    Some(Declaration {
        name,
        type_words: words.as_ref().map(|(words, _)| words.clone()),
        names: words.map(|(_, names)| names),
    })
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
    let end = name.end + rest.find(';')? + 1;
    let whole = line.get(begin..end)?;
    // A pointer, a call, an attribute or a comment among them is more than words.
    if whole.contains(['*', '(', ')', '"', '\\', '/', '<', '>', '&', '=']) {
        return None;
    }
    // The first declarator ends where the first of these stands; what is before its name is the type.
    let first = whole.find([',', '[', ':', ';'])?;
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
        .filter(|(_, word)| !matches!(*word, "const" | "volatile"))
        .collect();
    let said: Vec<&str> = of_type.iter().map(|(_, word)| *word).collect();
    if first_name > name.start || usual(&said) != usual(&words_of(type_name)) {
        return None;
    }
    let (begin, _) = of_type.first()?;
    let (last, word) = of_type.last()?;
    Some((*begin..last + word.len(), first_name..end))
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
            ("WORD length;", 0, "length", "long", None, None),
            ("long *p, x;", 0, "x", "long", None, None),
            ("long x", 0, "x", "long", None, None),
            ("pub length: usize,", 0, "length", "usize", None, None),
        ] {
            let found = find(line, column, name, Some(type_name)).unwrap();
            assert_eq!(&line[found.name.clone()], name, "{line}");
            let text = |range: Option<Range<usize>>| range.map(|range| &line[range]);
            assert_eq!(text(found.type_words), words, "{line}");
            assert_eq!(text(found.names), names, "{line}");
        }
        assert_eq!(find("long lengths;", 0, "length", None), None);
        assert_eq!(find("", 3, "length", None), None);
        assert_eq!(find("long é;", 7, "x", None), None);
    }
}
