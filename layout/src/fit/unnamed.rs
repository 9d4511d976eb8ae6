//! Bit-fields without a name, found in the source: compilers leave them out of debug information, and where they fill what would be padding anyhow nothing else shows of them.

use std::collections::BTreeSet;

use crate::dwarf::Program;
use crate::types::TypeId;

/// The records of a program that have a bit-field without a name in the source that declares them, or that contain a record that has one.
///
/// `source` is C, preprocessed or not. Lines of the preprocessor are passed over, so that of a conditional text both branches count.
pub fn records(program: &Program, source: &str) -> BTreeSet<TypeId> {
    let names = names(source);
    let outermost = |tag: &str| tag.split('.').next().unwrap_or_default().to_owned();
    program
        .tags
        .iter()
        .filter(|(_, tag)| names.contains(&outermost(tag)))
        .map(|(&id, _)| id)
        .collect()
}

/// The tags and typedefs of the outermost records with such a bit-field.
fn names(source: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // The words since the last `;`, brace or comma in a record; the records around; what the outermost is called.
    let mut declaration: Vec<&str> = Vec::new();
    let mut open: Vec<bool> = Vec::new();
    let mut called: Vec<String> = Vec::new();
    let mut found = false;
    let text = without_comments(source);
    for word in words(&text) {
        let in_record = open.last() == Some(&true);
        match word {
            "{" => {
                let is_record = is_record(&declaration);
                if is_record && !open.contains(&true) {
                    called = declaration
                        .last()
                        .map(|&tag| tag.to_owned())
                        .into_iter()
                        .collect();
                    found = false;
                }
                open.push(is_record);
                declaration.clear();
            }
            "}" => {
                open.pop();
                declaration = vec!["}"];
            }
            ";" => {
                if !open.contains(&true) {
                    // After the brace: what is declared to be of the record's type.
                    if found && declaration.first() == Some(&"}") {
                        let declared = declaration.iter().filter(|name| is_name(name));
                        called.extend(declared.map(|&name| name.to_owned()));
                    }
                    if found {
                        names.extend(called.drain(..));
                    }
                    found = false;
                }
                declaration.clear();
            }
            "," if in_record => declaration = vec![","],
            ":" if in_record => found |= has_no_declarator(&declaration),
            word => declaration.push(word),
        }
    }
    names
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

fn is_record(declaration: &[&str]) -> bool {
    let keyword = |word: &&str| matches!(*word, "struct" | "union");
    let is_function = declaration.last() == Some(&")") && !declaration.contains(&"__attribute__");
    declaration.iter().any(keyword) && !is_function && !declaration.contains(&"=")
}

/// Whether what stands before the colon of a bit-field is a type and nothing else.
fn has_no_declarator(declaration: &[&str]) -> bool {
    let is_label = matches!(declaration, ["public" | "private" | "protected"]);
    if is_label {
        return false;
    }
    let (mut keywords, mut names) = (0, 0);
    let mut is_tag = false;
    for &word in declaration {
        match word {
            "const" | "volatile" | "__extension__" | "," | "}" => {}
            "char" | "short" | "int" | "long" | "signed" | "unsigned" | "_Bool" | "__signed__"
            | "__int128" => keywords += 1,
            "enum" => is_tag = true,
            _ if is_tag => {
                is_tag = false;
                keywords += 1;
            }
            _ => names += 1,
        }
    }
    if declaration.first() == Some(&",") {
        names == 0
    } else {
        names == usize::from(keywords == 0)
    }
}

/// Identifiers and numbers, and every other character by itself; lines of the preprocessor left out.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(move |line| {
            let mut rest = line;
            std::iter::from_fn(move || {
                rest = rest.trim_start();
                let first = rest.chars().next()?;
                let end = if is_word(first) {
                    rest.find(|c| !is_word(c)).unwrap_or(rest.len())
                } else {
                    first.len_utf8()
                };
                let (word, after) = rest.split_at_checked(end)?;
                rest = after;
                Some(word)
            })
        })
}

fn without_comments(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find("/*").into_iter().chain(rest.find("//")).min() {
        let (before, comment) = rest.split_at_checked(at).unwrap_or((rest, ""));
        text.push_str(before);
        let end = if comment.starts_with("/*") {
            comment
                .get(2..)
                .and_then(|inside| Some(inside.find("*/")? + 4))
        } else {
            comment.find('\n')
        };
        rest = end.and_then(|end| comment.get(end..)).unwrap_or_default();
        text.push(' ');
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        names(source).into_iter().collect()
    }

    #[test]
    fn a_bit_field_without_a_name_is_found_whatever_its_type() {
        for unnamed in [
            "unsigned : 5;",
            "int a : 3, : 4;",
            "__u16 :16;",
            "const unsigned long long :WIDTH;",
            "enum kind : 2;",
            "char c; int : 0;",
            "struct { short s; struct { int :3; } t; } u;",
        ] {
            assert_eq!(
                found(&format!("struct s {{ {unnamed} }};")),
                ["s"],
                "{unnamed}"
            );
        }
    }

    #[test]
    fn one_with_a_name_is_none() {
        for named in [
            "unsigned a : 5;",
            "__u16 a:16, b:3;",
            "enum kind k : 2;",
            "unsigned int const volatile a : 1;",
            "int a; /* : 3; */ // :4;\n char *p;",
        ] {
            assert_eq!(
                found(&format!("struct s {{ {named} }};")),
                [""; 0],
                "{named}"
            );
        }
        assert_eq!(
            found("int f(struct s *p) { switch (x) { case 1: a ? b : c; out: return 3; } }"),
            [""; 0]
        );
    }

    #[test]
    fn a_typedef_of_a_record_without_a_tag_is_called_by_it() {
        let names =
            found("#define X :3;\ntypedef struct { int a; int :3; } t; struct other { int b; };");
        assert!(
            names.contains(&"t".to_owned()) && !names.contains(&"other".to_owned()),
            "{names:?}"
        );
        let names = found("union __attribute__((packed)) u { int :3; } v;");
        assert!(names.contains(&"u".to_owned()), "{names:?}");
    }
}
