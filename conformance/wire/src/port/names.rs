//! Names of values in code.

use std::collections::BTreeSet;

use crate::form::Form;

/// Words that one of the languages keeps for itself: C99 (6.4.1, and `bool` of its `stdbool.h`), C++20 (lex.key), Rust and Python 3; and what the code has names for itself.
const KEPT: [&str; 149] = [
    "auto",
    "break",
    "case",
    "char",
    "const",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "typedef",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
    "as",
    "async",
    "await",
    "crate",
    "dyn",
    "false",
    "fn",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "self",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "abstract",
    "become",
    "box",
    "final",
    "gen",
    "macro",
    "override",
    "priv",
    "try",
    "typeof",
    "unsized",
    "virtual",
    "yield",
    "and",
    "assert",
    "class",
    "def",
    "del",
    "elif",
    "except",
    "from",
    "global",
    "import",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "with",
    "octets",
    "cls",
    "None",
    "True",
    "False",
    "Self",
    "to_bytes",
    "from_bytes",
    "bool",
    "alignas",
    "alignof",
    "and_eq",
    "asm",
    "bitand",
    "bitor",
    "catch",
    "char8_t",
    "char16_t",
    "char32_t",
    "compl",
    "concept",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "co_await",
    "co_return",
    "co_yield",
    "decltype",
    "delete",
    "dynamic_cast",
    "explicit",
    "export",
    "friend",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not_eq",
    "nullptr",
    "operator",
    "or_eq",
    "private",
    "protected",
    "public",
    "reinterpret_cast",
    "requires",
    "static_assert",
    "static_cast",
    "template",
    "this",
    "thread_local",
    "throw",
    "typeid",
    "typename",
    "using",
    "wchar_t",
    "xor",
    "xor_eq",
];

/// Macros of the headers that the code includes, and of compilers that were not told to keep to the standard: gcc 12 and Clang 14 for the targets, with `-dM`.
const MACROS: [&str; 22] = [
    "CHAR_BIT",
    "LANGUAGE_C",
    "MAX_CANON",
    "MAX_INPUT",
    "MIPSEB",
    "NULL",
    "PIPE_BUF",
    "PPC",
    "R3000",
    "UNALIGNED",
    "WIN32",
    "WIN64",
    "WINNT",
    "errno",
    "i386",
    "linux",
    "mc68000",
    "mc68020",
    "mips",
    "powerpc",
    "sparc",
    "unix",
];

/// Whether a header or a compiler may have a macro of this name: `INT32_MAX` and its kin end alike.
fn is_macro(name: &str) -> bool {
    let is_limit = name.ends_with("_MAX") || name.ends_with("_MIN");
    is_limit || MACROS.contains(&name)
}

/// One for each value, all different.
pub(super) fn of(form: &Form, stem: &str) -> Vec<String> {
    let names = form.cells.iter().map(|cell| {
        // C keeps names with two in front for compilers (C99, 7.1.3), and Python writes them otherwise inside a class. `_` is none in Rust.
        let name = identifier(&cell.path);
        match name.strip_prefix("__") {
            _ if name.trim_matches('_').is_empty() => "value".to_owned(),
            Some(rest) => format!("_{}", rest.trim_start_matches('_')),
            None => name,
        }
    });
    // The code's own macros.
    let upper = stem.to_ascii_uppercase();
    unique(
        names,
        ["OCTETS", "WIRE_H"]
            .map(|end| format!("{upper}_{end}"))
            .into_iter(),
    )
}

/// The name of a type in C, without its namespaces: `a::slot<long>` is `slot_long`.
pub(super) fn stem(name: &str) -> String {
    let (bare, arguments) = name.split_at(name.find('<').unwrap_or(name.len()));
    let bare = bare
        .trim_end()
        .rsplit([' ', ':'])
        .next()
        .unwrap_or_default();
    identifier(&format!("{bare}{arguments}")).to_ascii_lowercase()
}

/// All different, none that is taken, none that a language keeps, and none that is a macro: with `_` behind it.
pub(super) fn unique(
    names: impl Iterator<Item = String>,
    taken: impl Iterator<Item = String>,
) -> Vec<String> {
    let mut taken: BTreeSet<String> = taken.collect();
    let names = names.map(|mut name| {
        while KEPT.contains(&name.as_str()) || is_macro(&name) || !taken.insert(name.clone()) {
            name.push('_');
        }
        name
    });
    names.collect()
}

/// A path as one name: `points[1].x` is `points_1_x`.
pub(super) fn identifier(path: &str) -> String {
    let mut name = String::new();
    for part in path.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        if !name.is_empty() && !part.is_empty() {
            name.push('_');
        }
        name.push_str(part);
    }
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "value");
    }
    name
}

/// The name of a type in Rust and Python: `old_packet` is `OldPacket`.
pub(super) fn of_type(stem: &str) -> String {
    let parts = stem.split('_').filter(|part| !part.is_empty());
    let parts = parts.map(|part| {
        let (first, rest) = part.split_at_checked(1).unwrap_or((part, ""));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    let mut name: String = parts.collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert_str(0, "Type");
    }
    if KEPT.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_name() {
        for (path, name) in [
            ("a", "a"),
            ("points[1].x", "points_1_x"),
            ("m[0][2].v", "m_0_2_v"),
            ("", "value"),
            ("3d", "value3d"),
            ("_x", "_x"),
        ] {
            assert_eq!(identifier(path), name);
        }
    }

    #[test]
    fn the_name_of_a_type_is_without_its_namespaces() {
        for (name, stem_of) in [
            ("struct packet", "packet"),
            ("a::b::Packet", "packet"),
            ("a::slot<unsigned long>", "slot_unsigned_long"),
            ("slot<b::Item, 3>", "slot_b_item_3"),
            ("packet_t", "packet_t"),
        ] {
            assert_eq!(stem(name), stem_of);
        }
    }

    #[test]
    fn a_type_has_a_name_that_no_language_keeps() {
        for (stem, name) in [
            ("old_packet", "OldPacket"),
            ("self", "Self_"),
            ("none", "None_"),
            ("_", "Type"),
            ("_3d", "Type3d"),
        ] {
            assert_eq!(of_type(stem), name);
        }
    }
}
