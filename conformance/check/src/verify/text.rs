//! What a preprocessor left of the declarations: whether a type is declared alike on two machines.
//!
//! Attributes hide in macros (`EPOLL_PACKED` is `packed` on one machine and nothing on the others), and nothing in the source's own text shows it.

use std::collections::{HashMap, HashSet};

use layout::abi::Typedef;

/// The declarations of a preprocessed source, by the names that they declare.
#[derive(Default)]
pub(super) struct Text {
    declared: HashMap<String, Vec<Vec<String>>>,
}

impl Text {
    /// Takes a preprocessed source apart. Lines of the preprocessor are passed over.
    pub(super) fn of(source: &str) -> Text {
        let mut text = Text::default();
        let mut declaration = Vec::new();
        let mut depth = 0_i32;
        let lines = source.lines().filter(|line| !line.starts_with('#'));
        for token in lines.flat_map(tokens) {
            depth += match token {
                "{" => 1,
                "}" => -1,
                _ => 0,
            };
            if token == ";" && depth <= 0 {
                text.declare(std::mem::take(&mut declaration));
                depth = 0;
            } else {
                declaration.push(token.to_owned());
            }
        }
        text
    }

    /// Keeps the declaration of a type under its tag and under its typedef's name; others declare no type.
    fn declare(&mut self, declaration: Vec<String>) {
        let tag = tag(&declaration).map(str::to_owned);
        let typedef = typedef(&declaration).map(str::to_owned);
        for name in [tag, typedef].into_iter().flatten() {
            let known = self.declared.entry(name).or_default();
            known.push(declaration.clone());
        }
    }

    /// Whether a type, or one that its declaration names, is declared otherwise there. Names whose meaning moves, as the model knows, may be.
    pub(super) fn differs(&self, there: &Text, name: &str) -> bool {
        let mut seen = HashSet::new();
        let mut next = vec![name.rsplit(' ').next().unwrap_or(name)];
        while let Some(name) = next.pop() {
            if !seen.insert(name) || moves(name) {
                continue;
            }
            let (here, there) = (self.declared.get(name), there.declared.get(name));
            if here != there {
                return true;
            }
            let tokens = here.into_iter().flatten().flatten();
            next.extend(tokens.map(String::as_str).filter(|token| is_name(token)));
        }
        false
    }
}

/// The name before the first brace: `struct NAME {`, with attributes or without.
fn tag(declaration: &[String]) -> Option<&str> {
    let brace = declaration.iter().position(|token| token == "{")?;
    let before = declaration.get(..brace)?;
    let is_record = |token: &String| matches!(token.as_str(), "struct" | "union" | "enum");
    let keyword = before.iter().rposition(is_record)?;
    let between = before.get(keyword + 1..)?;
    between
        .last()
        .map(String::as_str)
        .filter(|name| is_name(name))
}

/// The last name of a typedef that is in no brackets: what follows it are attributes.
fn typedef(declaration: &[String]) -> Option<&str> {
    let is_typedef = |token: &&String| token.as_str() == "typedef";
    declaration.iter().take(2).find(is_typedef)?;
    let mut depth = 0_i32;
    let mut last = None;
    for token in declaration {
        match token.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            "__attribute__" => {}
            name if depth == 0 && is_name(name) => last = Some(name),
            _ => {}
        }
    }
    last
}

/// Names and single characters.
fn tokens(line: &str) -> impl Iterator<Item = &str> {
    let mut rest = line;
    std::iter::from_fn(move || {
        rest = rest.trim_start();
        let first = rest.chars().next()?;
        let end = if is_of_a_name(first) {
            rest.find(|c| !is_of_a_name(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(token)
    })
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Typedefs that stand for something else on each machine, and are modelled: `size_t`, `int64_t`, `__u64`.
fn moves(name: &str) -> bool {
    let fixed = name.trim_start_matches('_');
    let fixed = ["int", "uint", "u_int", "s", "u", "be", "le", "sum"]
        .iter()
        .filter_map(|prefix| fixed.strip_prefix(prefix))
        .any(|width| {
            width
                .trim_end_matches("_t")
                .bytes()
                .all(|c| c.is_ascii_digit())
                && !width.is_empty()
        });
    fixed || Typedef::named(name).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_out_of_a_macro_is_another_text_for_all_that_contain_it() {
        let natural = Text::of(
            "# 1 \"x.h\"\ntypedef unsigned long size_t;\nstruct in { int a; } ;\nstruct out { struct in in; size_t n; };\nstruct other { int a; };",
        );
        let packed = Text::of(
            "typedef unsigned int size_t;\nstruct in\n{ int a; } __attribute__((packed));\nstruct out { struct in in; size_t n; };\nstruct other { int a; };",
        );
        for (name, differs) in [
            ("struct in", true),
            ("struct out", true),
            ("struct other", false),
            ("size_t", false),
        ] {
            assert_eq!(natural.differs(&packed, name), differs, "{name}");
            assert!(!natural.differs(&natural, name), "{name}");
        }
    }

    #[test]
    fn a_typedef_of_a_struct_without_a_tag_is_found_by_its_name() {
        let here = Text::of("typedef struct { unsigned char _[8]; } kptr;");
        let there =
            Text::of("typedef struct { unsigned char _[8]; } __attribute__((aligned(8))) kptr;");
        assert!(here.differs(&there, "kptr"));
    }

    #[test]
    fn names_with_a_width_in_them_may_move() {
        for name in [
            "int64_t", "__u64", "__be32", "u_int8_t", "uint16_t", "size_t", "__le16", "__s8",
        ] {
            assert!(moves(name), "{name}");
        }
        for name in ["int", "unsigned", "u", "small", "be", "in6_addr", "uint"] {
            assert!(!moves(name), "{name}");
        }
    }
}
