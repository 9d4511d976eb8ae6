//! Where bit-fields without a name stand in a preprocessed text of C or C++.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::source::{has_no_declarator, without_comments};

/// What stands between the braces of a record.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    /// The members that debug information shows, in order.
    pub(super) shown: Vec<Shown>,
    /// The bit-fields without a name, in order.
    pub(super) unnamed: Vec<Unnamed>,
}

/// A member with a name, or a record without one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// Its name, where it is plain to see.
    pub(super) name: Option<String>,
    /// The record that is declared in its place.
    pub(super) body: Option<Rc<Body>>,
}

/// A bit-field without a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unnamed {
    /// How many shown members stand before it.
    pub(super) behind: usize,
    /// The words of its type.
    pub(super) kind: String,
    /// The words of its width.
    pub(super) width: String,
}

pub(super) type Bodies = BTreeMap<String, Rc<Body>>;

/// Nobody nests records so deep.
const MAX_DEPTH: usize = 64;

/// The bodies of the records in a text, by tag and by what is declared to be of their type. One that cannot be followed is left out.
pub(super) fn bodies(source: &str) -> Bodies {
    let source = without_comments(source);
    of_tokens(&tokens(&source))
}

/// The same of C++, by tags alone. A tag that two classes have, in whichever scopes, is left out.
pub(super) fn classes(source: &str) -> Bodies {
    let source = without_comments(source);
    let tokens = without_access(&tokens(&source));
    let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for declared in tokens.windows(3) {
        if let [keyword, tag, "{" | ":" | "final"] = declared
            && is_record(keyword)
            && !once.insert(*tag)
        {
            twice.insert(*tag);
        }
    }
    let mut bodies = of_tokens(&tokens);
    bodies.retain(|tag, _| once.contains(tag.as_str()) && !twice.contains(tag.as_str()));
    bodies
}

/// Without what says who may use a member; it moves nothing.
fn without_access<'s>(tokens: &[&'s str]) -> Vec<&'s str> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let [token, behind @ ..] = rest {
        rest = match rest {
            ["public" | "private" | "protected", ":", behind @ ..] => behind,
            _ => {
                kept.push(match *token {
                    "class" => "struct",
                    token => token,
                });
                behind
            }
        };
    }
    kept
}

fn of_tokens(tokens: &[&str]) -> Bodies {
    let mut bodies = Bodies::new();
    let mut rest = tokens;
    while let [token, behind @ ..] = rest {
        rest = behind;
        let Some(met) = record(token, behind, &mut bodies, MAX_DEPTH) else {
            continue;
        };
        rest = met.behind;
        let names = rest.iter().take_while(|token| **token != ";");
        for name in names.filter(|token| is_name(token)) {
            let known = bodies.entry((*name).to_owned());
            known.or_insert_with(|| Rc::clone(&met.body));
        }
    }
    bodies
}

/// A record whose keyword was met, and what is behind its braces.
struct Met<'t, 's> {
    body: Rc<Body>,
    has_tag: bool,
    behind: &'t [&'s str],
}

/// The record that begins with a keyword, if braces follow; it is noted by its tag.
fn record<'t, 's>(
    keyword: &str,
    behind: &'t [&'s str],
    bodies: &mut Bodies,
    depth: usize,
) -> Option<Met<'t, 's>> {
    if !is_record(keyword) {
        return None;
    }
    let mut rest = without_attributes(behind);
    let tag = rest.first().filter(|name| is_name(name));
    if tag.is_some() {
        rest = without_attributes(rest.get(1..)?);
    }
    let ["{", inside @ ..] = rest else {
        return None;
    };
    let (body, behind) = body(inside, bodies, depth.checked_sub(1)?)?;
    let body = Rc::new(body);
    if let Some(tag) = tag {
        bodies.insert((*tag).to_owned(), Rc::clone(&body));
    }
    let has_tag = tag.is_some();
    Some(Met {
        body,
        has_tag,
        behind,
    })
}

/// What is between braces, and what is behind them.
fn body<'t, 's>(
    mut rest: &'t [&'s str],
    bodies: &mut Bodies,
    depth: usize,
) -> Option<(Body, &'t [&'s str])> {
    let mut body = Body::default();
    loop {
        if let ["}", behind @ ..] = rest {
            return Some((body, behind));
        }
        let (parts, behind) = declaration(rest, bodies, depth)?;
        declare(&parts, &mut body)?;
        rest = behind;
    }
}

/// A part of a declaration.
enum Part<'s> {
    Word(&'s str),
    /// What is between parentheses or brackets, with them.
    Group(Vec<&'s str>),
    /// A record, and whether it has a tag.
    Record(Rc<Body>, bool),
    /// The braces of an enumeration.
    Enumerators,
}

impl<'s> Part<'s> {
    fn word(&self) -> Option<&'s str> {
        match self {
            Part::Word(word) => Some(word),
            _ => None,
        }
    }
}

/// A declaration up to its semicolon, without attributes, and what is behind that.
fn declaration<'t, 's>(
    mut rest: &'t [&'s str],
    bodies: &mut Bodies,
    depth: usize,
) -> Option<(Vec<Part<'s>>, &'t [&'s str])> {
    let mut parts = Vec::new();
    loop {
        rest = without_attributes(rest);
        let (&token, behind) = rest.split_first()?;
        rest = match token {
            ";" => return Some((parts, behind)),
            "}" => return None,
            "{" => {
                parts.push(Part::Enumerators);
                closed(rest)?
            }
            "(" | "[" => {
                let after = closed(rest)?;
                let group = rest.get(..rest.len().checked_sub(after.len())?)?;
                parts.push(Part::Group(group.to_vec()));
                after
            }
            _ => match record(token, behind, bodies, depth) {
                Some(met) => {
                    parts.push(Part::Record(met.body, met.has_tag));
                    met.behind
                }
                None => {
                    parts.push(Part::Word(token));
                    behind
                }
            },
        };
    }
}

/// Adds the members of a declaration; `None` where it cannot be followed.
fn declare(parts: &[Part<'_>], body: &mut Body) -> Option<()> {
    if matches!(
        parts.first(),
        None | Some(Part::Word("_Static_assert" | "static_assert"))
    ) {
        return Some(());
    }
    // The words of the type that its declarators share; none where there is more to it than words.
    let mut kind: Option<String> = None;
    let mut inside: Option<Rc<Body>> = None;
    for (at, declarator) in parts.split(|part| part.word() == Some(",")).enumerate() {
        let is_first = at == 0;
        let colon = declarator.iter().position(|part| part.word() == Some(":"));
        let (before, width) = declarator.split_at_checked(colon.unwrap_or(declarator.len()))?;
        let brace = before
            .iter()
            .rposition(|part| matches!(part, Part::Record(..) | Part::Enumerators));
        let words: Vec<&str> = before.iter().filter_map(Part::word).collect();
        let is_named = match brace {
            _ if !is_first => !before.is_empty(),
            Some(brace) => brace + 1 < before.len(),
            None if colon.is_some() => !has_no_declarator(&words),
            // `struct other;`
            None => before.len() > 2 || !words.first().is_some_and(|word| is_tagged(word)),
        };
        if is_first {
            if let Some(Part::Record(body, _)) = brace.and_then(|brace| before.get(brace)) {
                inside = Some(Rc::clone(body));
            }
            let of_type = words.len() - usize::from(is_named && !words.is_empty());
            let is_plain = brace.is_none() && words.len() == before.len() && !words.contains(&"*");
            kind = words
                .get(..of_type)
                .filter(|_| is_plain)
                .map(|words| words.join(" "));
        }
        if colon.is_some() && !is_named {
            body.unnamed.push(Unnamed {
                behind: body.shown.len(),
                kind: kind.clone()?,
                width: joined(width.get(1..)?)?,
            });
            continue;
        }
        let is_anonymous = matches!(
            brace.and_then(|brace| before.get(brace)),
            Some(Part::Record(_, false))
        );
        if is_named || is_anonymous {
            let name = match before.last() {
                Some(Part::Word(name)) if is_named && is_name(name) => Some((*name).to_owned()),
                _ => None,
            };
            let body_of = inside.clone();
            body.shown.push(Shown {
                name,
                body: body_of,
            });
        }
    }
    Some(())
}

/// The words of an expression.
fn joined(parts: &[Part<'_>]) -> Option<String> {
    let mut words = Vec::new();
    for part in parts {
        match part {
            Part::Word(word) => words.push(*word),
            Part::Group(group) => words.extend(group),
            Part::Record(..) | Part::Enumerators => return None,
        }
    }
    Some(words.join(" "))
}

fn is_record(word: &str) -> bool {
    matches!(word, "struct" | "union")
}

fn is_tagged(word: &str) -> bool {
    is_record(word) || word == "enum"
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Attributes move nothing that is asked here.
fn without_attributes<'t, 's>(mut rest: &'t [&'s str]) -> &'t [&'s str] {
    loop {
        rest = match rest {
            ["__extension__", behind @ ..] => behind,
            [
                "__attribute__" | "__attribute" | "__declspec" | "_Alignas",
                behind @ ..,
            ] => match closed(behind) {
                Some(behind) => behind,
                None => return rest,
            },
            _ => return rest,
        };
    }
}

/// What is behind the bracket that closes the first.
fn closed<'t, 's>(rest: &'t [&'s str]) -> Option<&'t [&'s str]> {
    let mut depth = 0_usize;
    for (at, token) in rest.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return rest.get(at + 1..);
        }
    }
    None
}

/// Names and numbers, strings, and every other character by itself; directives are left out.
fn tokens(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let lines = source
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    for line in lines {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let end = match first {
                '"' | '\'' => end_of_string(rest, first),
                c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            let (token, behind) = rest.split_at_checked(end).unwrap_or((rest, ""));
            tokens.push(token);
            rest = behind.trim_start();
        }
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn end_of_string(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        if letter == quote && !is_escaped {
            return at + 1;
        }
        is_escaped = letter == '\\' && !is_escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The unnamed fields of `s`, as `behind type:width`, and the names of what is shown.
    fn told(body: &str) -> (String, String) {
        let bodies = bodies(&format!(
            "int f(struct s *p) {{ switch (1) {{ case 1: out: return 'a' + \"}}\"[0]; }} }}\nstruct s {{ {body} }};"
        ));
        let Some(body) = bodies.get("s") else {
            return (String::new(), "?".to_owned());
        };
        let unnamed = body.unnamed.iter();
        let unnamed = unnamed.map(|one| format!("{} {}:{}", one.behind, one.kind, one.width));
        let shown = body.shown.iter();
        let shown = shown.map(|one| one.name.clone().unwrap_or_else(|| "-".to_owned()));
        (
            unnamed.collect::<Vec<_>>().join(", "),
            shown.collect::<Vec<_>>().join(" "),
        )
    }

    #[test]
    fn each_is_found_with_its_type_its_width_and_its_place() {
        for (body, unnamed, shown) in [
            ("unsigned : 5; int a;", "0 unsigned:5", "a"),
            (
                "uint16_t a : 4, : 4, b : 8; uint32_t : 3; char t[2];",
                "1 uint16_t:4, 2 uint32_t:3",
                "a b -",
            ),
            (
                "int (*f)(int, char), *p; const unsigned long : sizeof(long) * 4; struct other *q;",
                "2 const unsigned long:sizeof ( long ) * 4",
                "- p q",
            ),
            (
                "struct other; enum { A, B } e : 3; enum kind : 2; enum kind k : 1; ; int : 0;",
                "1 enum kind:2, 2 int:0",
                "e k",
            ),
            (
                "_Static_assert(1, \"a : b;\"); _Alignas(8) char c; struct { int : 3; } ; struct in { int x; }; struct { char d; } v, w;",
                "",
                "c - v w",
            ),
            (
                "int a __attribute__((aligned(4))) : 3; int b, : 2;",
                "2 int:2",
                "a b",
            ),
            ("enum { C } : 2;", "", "?"),
        ] {
            let (of, and) = told(body);
            assert_eq!((of.as_str(), and.as_str()), (unnamed, shown), "{body}");
        }
    }

    #[test]
    fn a_class_is_followed_where_it_has_data_alone_and_its_tag_to_itself() {
        let told = |source: &str| {
            let bodies = classes(source);
            let of = bodies.iter().map(|(tag, body)| {
                let unnamed = body.unnamed.iter();
                let unnamed =
                    unnamed.map(|one| format!("{} {}:{}", one.behind, one.kind, one.width));
                format!(
                    "{tag}: {} of {}",
                    unnamed.collect::<Vec<_>>().join(", "),
                    body.shown.len()
                )
            });
            of.collect::<Vec<_>>().join("; ")
        };
        for (source, right) in [
            (
                "class a { char c; public: int : 12; private: char d; };",
                "a: 1 int:12 of 2",
            ),
            (
                "struct a { int : 3; int b; }; namespace n { struct a { int b; }; }",
                "",
            ),
            (
                "struct a { int : 3; int b; }; struct a2 : a { int : 4; int c; };",
                "a: 0 int:3 of 1",
            ),
            ("struct a { a() : b(1) {} int : 3; int b; };", ""),
        ] {
            assert_eq!(told(source), right, "{source}");
        }
    }

    #[test]
    fn records_in_records_have_their_own() {
        let bodies = bodies(
            "# 1 \"a:b.h\"\ntypedef struct { struct in { int : 3; } i; union { short : 4; int k; }; } t, *p;",
        );
        assert_eq!(bodies["in"].unnamed.len(), 1);
        let of_t = &bodies["t"];
        assert!(of_t.unnamed.is_empty());
        let inside = of_t.shown.iter().map(|one| {
            let body = one.body.as_ref();
            body.map(|body| (body.unnamed.len(), body.shown.len()))
        });
        assert_eq!(inside.collect::<Vec<_>>(), [Some((1, 0)), Some((1, 1))]);
    }
}
