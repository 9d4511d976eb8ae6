//! What a declaration declares, and what it needs: its tags, its typedefs, its enumerators, and the names that lie in it.

use super::tokens::is_name;

/// Whether what ends with a brace is a function: its first brace follows the parameters.
pub(super) fn is_function(declaration: &[String]) -> bool {
    let Some(brace) = declaration.iter().position(|token| token == "{") else {
        return false;
    };
    let head = without_attributes(declaration.get(..brace).unwrap_or_default());
    let is_initialised = head.contains(&"=");
    !is_initialised && head.contains(&")")
}

/// Without `__attribute__((...))`, `_Alignas(...)` and their kin.
fn without_attributes(tokens: &[String]) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut tokens = tokens.iter().map(String::as_str).peekable();
    while let Some(token) = tokens.next() {
        let takes = matches!(
            token,
            "__attribute__" | "__attribute" | "_Alignas" | "alignas" | "__declspec" | "__asm__"
        );
        if !takes {
            kept.push(token);
            continue;
        }
        let mut depth = 0;
        while let Some(next) = tokens.peek() {
            match *next {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ if depth == 0 => break,
                _ => {}
            }
            tokens.next();
            if depth == 0 {
                break;
            }
        }
    }
    kept
}

const RECORDS: [&str; 4] = ["struct", "union", "enum", "class"];

/// The names between a keyword and a brace, at any depth: `struct NAME {`, with attributes or without.
pub(super) fn tags(declaration: &[String]) -> impl Iterator<Item = &str> {
    let braces = declaration
        .iter()
        .enumerate()
        .filter(|(_, token)| *token == "{");
    braces.filter_map(|(brace, _)| {
        let before = declaration.get(..brace)?;
        let keyword = before
            .iter()
            .rposition(|token| RECORDS.contains(&token.as_str()))?;
        let between = without_attributes(before.get(keyword + 1..)?);
        match between.as_slice() {
            [name, ..]
                if is_name(name)
                    && !between
                        .iter()
                        .any(|token| matches!(*token, ";" | "}" | "{")) =>
            {
                Some(*name)
            }
            _ => None,
        }
    })
}

/// The names that a typedef declares: those outside of braces and brackets that a comma, a bracket or the end follows.
pub(super) fn typedefs(declaration: &[String]) -> impl Iterator<Item = &str> {
    let is_typedef = declaration.iter().take(4).any(|token| token == "typedef");
    let tokens = if is_typedef {
        without_attributes(declaration)
    } else {
        Vec::new()
    };
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let next = tokens.get(at + 1).copied();
        match *token {
            "{" | "[" => {
                at = closing(&tokens, at);
                continue;
            }
            "(" => {
                // `(*handler)(int)` declares `handler`; other parentheses hold parameters.
                let end = closing(&tokens, at);
                let inside = tokens.get(at..end).unwrap_or_default();
                if next == Some("*") {
                    names.extend(inside.iter().find(|token| is_name(token)));
                }
                at = end;
                continue;
            }
            name if is_name(name) => {
                // `_Atomic(int)` is a type, and no function.
                let is_specifier = matches!(name, "_Atomic" | "typeof" | "__typeof" | "__typeof__");
                let is_parameters =
                    next == Some("(") && tokens.get(at + 2) != Some(&"*") && !is_specifier;
                if is_parameters || matches!(next, None | Some("," | "[")) {
                    names.push(name);
                }
            }
            _ => {}
        }
        at += 1;
    }
    names.into_iter()
}

/// Behind the bracket that closes the one at a place.
fn closing(tokens: &[&str], at: usize) -> usize {
    let mut depth = 0_i32;
    let rest = tokens.iter().enumerate().skip(at);
    for (at, token) in rest {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth <= 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The names of the values of enumerations.
pub(super) fn enumerators(declaration: &[String]) -> impl Iterator<Item = &str> {
    let mut names = Vec::new();
    let mut is_enum = false;
    let mut expected = false;
    for (at, token) in declaration.iter().enumerate() {
        match token.as_str() {
            "{" => {
                let before = declaration.get(..at).unwrap_or_default();
                let keyword = before
                    .iter()
                    .rev()
                    .take(8)
                    .position(|token| RECORDS.contains(&token.as_str()));
                is_enum = keyword
                    .and_then(|back| before.get(at - 1 - back))
                    .is_some_and(|token| token == "enum");
                expected = is_enum;
            }
            "}" => is_enum = false,
            "," => expected = is_enum,
            name if expected && is_name(name) => {
                names.push(name);
                expected = false;
            }
            _ => {}
        }
    }
    names.into_iter()
}

/// The names that a declaration needs: all but those that it gives to its members, and those that it only points to.
pub(super) fn named(declaration: &[String]) -> impl Iterator<Item = &str> {
    let mut names = Vec::new();
    let segments = declaration.split(|token| matches!(token.as_str(), ";" | "{" | "}"));
    let mut end = 0;
    for segment in segments {
        let is_behind_record = end > 0 && declaration.get(end - 1).is_some_and(|last| last == "}");
        end += segment.len() + 1;
        let mut found = Vec::new();
        let mut brackets = 0_i32;
        let mut in_brackets = Vec::new();
        let plain = without_function(segment);
        let given = given(&plain, is_behind_record);
        for (at, token) in plain.iter().enumerate() {
            match *token {
                "[" => brackets += 1,
                "]" => brackets -= 1,
                name if is_name(name) && brackets > 0 => in_brackets.push(name),
                name if is_name(name) && !given.contains(&at) => found.push(name),
                _ => {}
            }
        }
        names.extend(in_brackets);
        if !only_points(&plain) {
            names.extend(found);
        }
    }
    names.into_iter()
}

/// Where the names stand that members are given, behind a type: in `struct a b, c : N`, `b` and `c`. In C they are no types', whatever else is called so.
fn given(segment: &[&str], is_behind_record: bool) -> Vec<usize> {
    const NO_TYPES: [&str; 10] = [
        "const",
        "volatile",
        "_Atomic",
        "typedef",
        "__extension__",
        "__attribute__",
        "__attribute",
        "_Alignas",
        "alignas",
        "__declspec",
    ];
    let (mut depth, mut in_value, mut has_type) = (0_i32, false, is_behind_record);
    let mut given = Vec::new();
    let mut last = "";
    for (at, token) in segment.iter().enumerate() {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            _ if depth > 0 => {}
            ":" | "=" => in_value = true,
            "," => in_value = false,
            name if is_name(name) && !in_value => {
                let ends = matches!(
                    segment.get(at + 1),
                    None | Some(&("," | ":" | "=" | "[" | "__attribute__" | "__attribute"))
                );
                if ends && has_type && !RECORDS.contains(&last) {
                    given.push(at);
                }
                has_type |= !NO_TYPES.contains(&name) && !RECORDS.contains(&name);
            }
            _ => {}
        }
        last = token;
    }
    given
}

/// Whether every declarator is a pointer: `struct a *next, here;` needs all of `struct a`, for `here`.
fn only_points(segment: &[&str]) -> bool {
    let (mut depth, mut points, mut in_value, mut all) = (0_i32, false, false, true);
    for token in segment {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            ":" | "=" if depth == 0 => in_value = true,
            "*" if depth == 0 && !in_value => points = true,
            "," if depth == 0 => {
                all &= points;
                (points, in_value) = (false, false);
            }
            _ => {}
        }
    }
    all && points
}

/// A declarator of a pointer to a function counts as a pointer; its parameters are nobody's here. Attributes stay.
fn without_function(segment: &[String]) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut at = 0;
    let get = |at: usize| segment.get(at).map(String::as_str);
    while let Some(token) = get(at) {
        if token == "(" && get(at + 1) == Some("*") {
            kept.push("*");
            // The rest, up to the end of the parameters, says nothing about this type.
            let mut depth = 0;
            while let Some(token) = get(at) {
                match token {
                    "(" => depth += 1,
                    ")" => depth -= 1,
                    "," | "[" if depth == 0 => break,
                    _ => {}
                }
                at += 1;
            }
            continue;
        }
        kept.push(token);
        at += 1;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn a_name_that_a_member_is_given_is_no_types() {
        for (declaration, names) in [
            ("struct s { char c; rf m, n; };", "struct s char rf"),
            ("struct s { struct a a, b[N]; };", "struct s N struct a"),
            ("struct s { word : 3, w : M; };", "struct s word M"),
            ("struct s { const word : 3; };", "struct s const word"),
            (
                "struct s { struct { word w; } c; };",
                "struct s struct word",
            ),
            (
                "struct s { int a __attribute__((aligned(A))); };",
                "struct s int __attribute__ aligned A",
            ),
            ("typedef word other;", "typedef word"),
            ("typedef struct node node;", "typedef struct node"),
            ("enum e { A = B, C };", "enum e A B"),
            ("struct s { word (c); };", "struct s word c"),
        ] {
            let declaration: Vec<String> = tokens(declaration).map(str::to_owned).collect();
            let found: Vec<_> = named(&declaration).collect();
            assert_eq!(found.join(" "), names, "{declaration:?}");
        }
    }
}
