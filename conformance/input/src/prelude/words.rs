//! The table of words, and what is put in their place.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::text::Tokens;

/// A word of other compilers.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Word {
    /// The word.
    pub word: String,
    /// The preludes that have it.
    pub of: Vec<String>,
    /// What stands in its place; nothing where it says nothing about types. `$` is its argument.
    #[serde(default, rename = "as")]
    as_: String,
    /// An attribute of what is declared: before a record with a body it is that record's. `$` is its argument.
    attribute: Option<String>,
    /// Whether an argument in brackets follows it.
    #[serde(default)]
    takes: bool,
    /// What a preprocessor has to know it by: `NAME(PARAMETERS)=BODY`.
    #[serde(rename = "macro")]
    pub(super) macro_: Option<String>,
    /// A declaration, where the text has none of its own of this name.
    declare: Option<String>,
}

/// A prelude that there is none of.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no prelude `{name}`: there are {}", NAMES.join(", "))]
pub struct UnknownPrelude {
    name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    word: Vec<Word>,
}

static TABLE: LazyLock<Vec<Word>> = LazyLock::new(|| {
    let table: Result<Table, _> = toml::from_str(include_str!("words.toml"));
    // A test reads it.
    table.map(|table| table.word).unwrap_or_default()
});

static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut names: Vec<&str> = TABLE
        .iter()
        .flat_map(|word| &word.of)
        .map(|of| &**of)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// The words of a prelude.
///
/// # Errors
/// There is none of this name.
pub fn named(name: &str) -> Result<Vec<&'static Word>, UnknownPrelude> {
    let of = TABLE
        .iter()
        .filter(|word| word.of.iter().any(|of| of == name));
    let words: Vec<&Word> = of.collect();
    let unknown = || UnknownPrelude {
        name: name.to_owned(),
    };
    (!words.is_empty()).then_some(words).ok_or_else(unknown)
}

/// The preludes that have a word.
pub fn of_word(word: &str) -> &'static [String] {
    let found = TABLE.iter().find(|one| one.word == word);
    found.map_or(&[], |word| &word.of)
}

/// The text with each of these words replaced.
pub(super) fn replaced(text: &str, words: &BTreeMap<&'static str, &'static Word>) -> String {
    let tokens = Tokens::of(text);
    let mut declarations = String::new();
    let mut declared: Vec<&str> = Vec::new();
    // By the octet where it is put.
    let mut changes: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some(word) = words.get(tokens.get(at)) else {
            at += 1;
            continue;
        };
        if let Some(declaration) = &word.declare {
            if !declared.contains(&&*word.word) && !is_declared(&tokens, &word.word) {
                declared.push(&word.word);
                declarations.push_str(declaration);
                declarations.push('\n');
            }
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut argument = String::new();
        if word.takes && tokens.get(end) == "(" {
            end = tokens.behind(end);
            argument = (at + 2..end - 1)
                .map(|at| tokens.get(at))
                .collect::<Vec<_>>()
                .join(" ");
        }
        let place = tokens.place(at).start..tokens.place(end - 1).end;
        let new = match attribute(word, &argument) {
            None => word.as_.replace('$', &argument),
            Some(attribute) => match tag(&tokens, end, words) {
                None => attribute,
                Some(tag) => {
                    // What is already put there stands before it.
                    let behind = tokens.place(tag).end;
                    let (_, there) = changes.entry(behind).or_insert((behind, String::new()));
                    there.push(' ');
                    there.push_str(&attribute);
                    String::new()
                }
            },
        };
        changes.insert(place.start, (place.end, new));
        at = end;
    }
    let changes: Vec<_> = changes
        .into_iter()
        .map(|(begin, (end, new))| (begin..end, new))
        .collect();
    let changed = tokens.with(&changes);
    if declarations.is_empty() {
        return changed;
    }
    format!("# 1 \"<prelude>\"\n{declarations}{changed}")
}

/// The attribute that a word stands for. Of `__declspec(align(8))` it is that in the brackets.
fn attribute(word: &Word, argument: &str) -> Option<String> {
    let of = word.attribute.as_deref()?;
    let Some((name, inner)) = of.split_once('=') else {
        return Some(format!("__attribute__(({}))", of.replace('$', argument)));
    };
    let rest = argument.split_once(name)?.1.trim_start();
    let value = rest.strip_prefix('(')?.split(')').next()?.trim();
    Some(format!("__attribute__(({}))", inner.replace('$', value)))
}

/// The keyword of the record with a body that is declared here, if one is.
fn tag(
    tokens: &Tokens<'_>,
    mut at: usize,
    words: &BTreeMap<&'static str, &'static Word>,
) -> Option<usize> {
    let is_qualifier = |word: &str| {
        matches!(
            word,
            "typedef" | "const" | "volatile" | "static" | "extern" | "register"
        )
    };
    loop {
        let word = words.get(tokens.get(at));
        match word {
            Some(word) if word.takes && tokens.get(at + 1) == "(" => at = tokens.behind(at + 1),
            Some(_) => at += 1,
            None if is_qualifier(tokens.get(at)) => at += 1,
            None => break,
        }
    }
    if !matches!(tokens.get(at), "struct" | "union" | "class") {
        return None;
    }
    let mut next = at + 1;
    loop {
        match tokens.get(next) {
            "{" | ":" => return Some(at),
            "(" => next = tokens.behind(next),
            ";" | "*" | "," | ")" | "" | "=" => return None,
            _ => next += 1,
        }
    }
}

/// Whether a text declares a name itself, as a type.
fn is_declared(tokens: &Tokens<'_>, name: &str) -> bool {
    let mut is_typedef = false;
    for at in 0..tokens.len() {
        match tokens.get(at) {
            "typedef" => is_typedef = true,
            "struct" | "class" | "union" | "using" if tokens.get(at + 1) == name => return true,
            word if word == name && is_typedef && matches!(tokens.get(at + 1), ";" | "," | "[") => {
                return true;
            }
            ";" => is_typedef = false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::Rewriting;
    use super::*;

    fn rewritten(prelude: &str, text: &str) -> String {
        let rewriting = Rewriting::default().with(&[prelude]);
        rewriting.unwrap().of(text)
    }

    #[test]
    fn the_table_is_read_and_each_word_is_there_once() {
        let table: Result<Table, _> = toml::from_str(include_str!("words.toml"));
        let mut words: Vec<String> = table
            .unwrap()
            .word
            .into_iter()
            .map(|row| row.word)
            .collect();
        let all = words.len();
        words.sort();
        words.dedup();
        assert!(all > 100 && words.len() == all);
        assert!(named("no-such").unwrap_err().to_string().contains("armcc"));
    }

    #[test]
    fn an_attribute_before_a_record_with_a_body_is_that_records() {
        for (prelude, text, expected) in [
            (
                "armcc",
                "__packed struct s { int a; };",
                " struct __attribute__((packed)) s { int a; };",
            ),
            (
                "iar",
                "typedef __packed struct { int a; } t;",
                "typedef  struct __attribute__((packed)) { int a; } t;",
            ),
            (
                "iar",
                "__packed typedef struct { int a; } t;",
                " typedef struct __attribute__((packed)) { int a; } t;",
            ),
            (
                "armcc",
                "struct s { char c; __packed int a; __packed struct t *p; };",
                "struct s { char c; __attribute__((packed)) int a; __attribute__((packed)) struct t *p; };",
            ),
            (
                "armcc",
                "__packed __align(8) struct s { int a; };",
                "  struct __attribute__((packed)) __attribute__((aligned(8))) s { int a; };",
            ),
            (
                "msvc",
                "__declspec(align(16)) struct s { __int64 a; };",
                " struct __attribute__((aligned(16))) s { long long a; };",
            ),
            (
                "msvc",
                "__declspec(dllimport) int __cdecl f(unsigned __int32 a);",
                " int  f(unsigned int a);",
            ),
            (
                "msvc",
                "struct __declspec(align(8)) s { int a; };",
                "struct __attribute__((aligned(8))) s { int a; };",
            ),
        ] {
            assert_eq!(rewritten(prelude, text), expected, "{text}");
        }
    }

    #[test]
    fn a_type_is_declared_where_the_text_does_not() {
        let text = "struct s { byte a; };";
        let told = rewritten("arduino", text);
        assert_eq!(
            told,
            format!("# 1 \"<prelude>\"\ntypedef unsigned char byte;\n{text}")
        );
        let own = "typedef unsigned char byte; struct s { byte a; };";
        assert_eq!(rewritten("arduino", own), own);
    }

    #[test]
    fn words_that_were_met_are_named() {
        let rewriting = Rewriting::default().with(&["armcc", "msvc"]).unwrap();
        let met = rewriting.met("# 1 \"__packed.h\"\nint a; __int64 b; __int64 c;");
        assert_eq!(met.into_iter().collect::<Vec<_>>(), ["__int64"]);
    }
}
