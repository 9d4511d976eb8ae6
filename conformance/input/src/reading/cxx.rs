//! What a declaration of C++ declares, and what it needs. Where only a compiler could say, it is more than there is: a type that is said to depend on too much is asked about once more than needed, and never too seldom.

use super::tokens::is_name;

const RECORDS: [&str; 4] = ["struct", "union", "enum", "class"];

/// The names that a declaration gives to types, templates, values and functions. Beside the tags, typedefs and enumerators, which C has, too.
pub(super) fn declared(declaration: &[String]) -> Vec<&str> {
    let tokens: Vec<&str> = declaration.iter().map(String::as_str).collect();
    let tokens = without_parameters_of_templates(&tokens);
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        match (*token, behind) {
            ("using", [name, "=", ..]) => names.push(*name),
            (keyword, behind) if RECORDS.contains(&keyword) => names.extend(tag(behind)),
            _ => {}
        }
    }
    let mut depth = 0_i32;
    // Before the braces of a class its bases stand, which it does not declare.
    let mut is_open = tokens.first() != Some(&"using")
        && !tokens
            .iter()
            .take_while(|token| **token != "(")
            .any(|token| RECORDS.contains(token));
    let mut in_value = false;
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "=" if depth == 0 => in_value = true,
            "," if depth == 0 => in_value = false,
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                is_open |= depth == 0;
            }
            name if depth == 0 && is_open && !in_value && is_name(name) && name != "operator" => {
                let next = tokens.get(at + 1).copied();
                if matches!(next, None | Some("=" | "[" | "{" | "," | "(")) {
                    names.push(name);
                }
            }
            _ => {}
        }
    }
    names
}

/// The name of a record behind its keyword, where its braces follow: `alignas(8) net::header final : base {`.
fn tag<'t>(behind: &[&'t str]) -> Option<&'t str> {
    let end = behind
        .iter()
        .position(|token| matches!(*token, "{" | ";" | "}"))?;
    if behind.get(end) != Some(&"{") {
        return None;
    }
    let mut depth = 0_i32;
    let mut name = None;
    for (at, token) in behind.iter().take(end).enumerate() {
        match *token {
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            ":" if behind.get(at + 1) == Some(&":") => {}
            ":" if at > 0 && behind.get(at - 1) == Some(&":") => {}
            ":" | "<" if depth == 0 => break,
            "final" | "alignas" | "__attribute__" | "__declspec" => {}
            word if depth == 0 && is_name(word) => name = Some(word),
            _ => {}
        }
    }
    name
}

/// `template <class T, int N>` without what stands in the angle brackets.
fn without_parameters_of_templates<'t>(tokens: &[&'t str]) -> Vec<&'t str> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut depth = 0_i32;
    let mut last = "";
    for token in tokens {
        match *token {
            "<" if last == "template" || depth > 0 => depth += 1,
            ">" if depth > 0 => depth -= 1,
            _ if depth == 0 => kept.push(*token),
            _ => {}
        }
        last = token;
    }
    kept
}

/// The names that a declaration needs, but for those in the bodies and the parameters of functions, and those that it only points to.
pub(super) fn named(declaration: &[String]) -> Vec<&str> {
    let plain = without_bodies(declaration);
    let mut names = Vec::new();
    for segment in plain.split(|token| matches!(*token, ";" | "{" | "}")) {
        let kept = without_parameters(segment);
        let is_plain = !kept.iter().any(|token| matches!(*token, "<" | "(" | "="));
        let points = is_plain && kept.contains(&"*") && !kept.contains(&",");
        let mut brackets = 0_i32;
        for token in kept {
            match token {
                "[" => brackets += 1,
                "]" => brackets -= 1,
                name if is_name(name) && (!points || brackets > 0) => names.push(name),
                _ => {}
            }
        }
    }
    names
}

/// Without what stands in the parentheses behind the name of a function.
fn without_parameters<'t>(segment: &[&'t str]) -> Vec<&'t str> {
    const ASKING: [&str; 9] = [
        "alignas",
        "_Alignas",
        "sizeof",
        "alignof",
        "decltype",
        "typeof",
        "__typeof__",
        "__attribute__",
        "__declspec",
    ];
    let mut kept: Vec<&str> = Vec::new();
    let mut depth = 0_i32;
    let mut dropped = 0_i32;
    let mut is_value = false;
    // `const int N(M);` is a value, or else a function without a body, of which nothing is lost.
    if segment.contains(&"const") && segment.last() == Some(&")") {
        is_value = true;
    }
    for token in segment {
        if dropped > 0 {
            match *token {
                "(" => dropped += 1,
                ")" => dropped -= 1,
                _ => {}
            }
            continue;
        }
        match *token {
            "(" if depth == 0 && !is_value => {
                let is_function = kept
                    .last()
                    .is_some_and(|last| is_name(last) && !ASKING.contains(last));
                if is_function {
                    dropped = 1;
                    continue;
                }
                depth += 1;
            }
            "(" | "[" => depth += 1,
            ")" | "]" => depth -= 1,
            // A width, the value of a constant, an argument of a template.
            "=" | ":" | "<" => is_value = true,
            _ => {}
        }
        kept.push(token);
    }
    kept
}

/// Without the bodies of functions: braces that follow parameters. What a compiler may compute stays.
pub(super) fn without_bodies(tokens: &[String]) -> Vec<&str> {
    let mut kept: Vec<&str> = Vec::new();
    let mut in_body = 0_i32;
    let mut is_computed = false;
    let mut is_record = false;
    for (at, token) in tokens.iter().enumerate() {
        match token.as_str() {
            _ if in_body > 0 => match token.as_str() {
                "{" => in_body += 1,
                "}" => in_body -= 1,
                _ => {}
            },
            "constexpr" | "consteval" | "auto" | "decltype" => {
                is_computed = true;
                kept.push(token);
            }
            ";" | "}" => {
                (is_computed, is_record) = (false, false);
                kept.push(token);
            }
            "{" if !is_computed
                && !is_record
                && matches!(
                    kept.last(),
                    Some(&(")" | "const" | "noexcept" | "override" | "final"))
                )
                && !declares_records(tokens.get(at..).unwrap_or_default()) =>
            {
                in_body = 1;
            }
            "{" => {
                is_record = false;
                kept.push(token);
            }
            // `struct alignas(8) {`, but not `struct s f() {`.
            word if RECORDS.contains(&word) => {
                is_record = true;
                kept.push(token);
            }
            token => kept.push(token),
        }
    }
    kept
}

/// Whether a record is named in the braces that these tokens begin with: a type of a function's own may be declared there.
fn declares_records(body: &[String]) -> bool {
    let mut depth = 0_i32;
    for token in body {
        match token.as_str() {
            "{" => depth += 1,
            "}" => depth -= 1,
            word if RECORDS.contains(&word) => return true,
            _ => {}
        }
        if depth <= 0 {
            break;
        }
    }
    false
}

/// Whether what an `=` gives a value to, which stands behind these tokens, can be a part of a type: a constant, an enumerator, an argument of a template. A member's first value cannot, nor can another name for a type, an operator, or a function that is deleted.
pub(super) fn is_constant(before: &[&str]) -> bool {
    let ends = |token: &&str| matches!(*token, ";" | "{" | "}");
    let start = before.iter().rposition(ends).map_or(0, |at| at + 1);
    let segment = before.get(start..).unwrap_or_default();
    if segment.contains(&"operator") || segment.contains(&"using") {
        return false;
    }
    const CONSTANT: [&str; 8] = [
        "const",
        "constexpr",
        "constinit",
        "static",
        "inline",
        "template",
        "concept",
        "auto",
    ];
    if segment.iter().any(|token| CONSTANT.contains(token)) {
        return true;
    }
    // In the braces of an enumeration.
    let head = before.get(..start.saturating_sub(1)).unwrap_or_default();
    let head_start = head.iter().rposition(ends).map_or(0, |at| at + 1);
    let is_open = start > 0 && before.get(start - 1) == Some(&"{");
    is_open
        && head
            .get(head_start..)
            .is_some_and(|head| head.contains(&"enum"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::tokens::tokens;

    fn of(source: &str) -> Vec<String> {
        tokens(source).map(str::to_owned).collect()
    }

    #[test]
    fn a_declaration_declares_its_types_templates_values_and_functions() {
        for (source, names) in [
            ("class alignas(8) net::header final : public base", &[][..]),
            (
                "class alignas(8) header final : public base { int a; }",
                &["header"],
            ),
            (
                "template <class T, int N> struct slot : of<T> { T v[N]; }",
                &["slot"],
            ),
            ("template <> struct slot<int, 3> { int v; }", &["slot"]),
            ("enum class kind : uint8_t { a }", &["kind"]),
            ("using word = unsigned long", &["word"]),
            (
                "static constexpr int N = sizeof(long), M { 3 }",
                &["N", "M"],
            ),
            ("constexpr int wide(int n) { return n; }", &["wide"]),
            ("template <class T> concept big = sizeof(T) > 4", &["big"]),
            ("struct { struct in { int a; } one; } x", &["in", "x"]),
            ("far f(near n)", &["f"]),
        ] {
            let source = of(source);
            let mut found = declared(&source);
            found.dedup();
            assert_eq!(found, names, "{source:?}");
        }
    }

    #[test]
    fn a_value_is_a_constant_where_a_type_can_depend_on_it() {
        for (source, is) in [
            ("struct s { static const int N", true),
            ("enum { A = 1, B", true),
            ("enum class kind : long { A", true),
            ("template <int N", true),
            ("constexpr auto N", true),
            ("struct s { kind k", false),
            ("struct s { s &operator", false),
            ("using word", false),
            ("struct s { virtual void f()", false),
            ("enum { A }; struct s { int b", false),
        ] {
            let source: Vec<&str> = tokens(source).collect();
            assert_eq!(is_constant(&source), is, "{source:?}");
        }
    }

    #[test]
    fn what_a_class_needs_is_not_what_its_functions_take_and_do() {
        for (source, names) in [
            (
                "struct s { void f(far x) { near y; } part p; }",
                "struct s void f part p",
            ),
            ("struct s : base<arg> { other *o; }", "struct s base arg"),
            (
                "struct s { alignas(big) char c[sizeof(big)]; }",
                "struct s alignas big char c sizeof big",
            ),
            (
                "struct s { slot<other *> o; far *list[N]; }",
                "struct s slot other o N",
            ),
            (
                "struct s { int n : width(K); s(far); }",
                "struct s int n width K s",
            ),
            (
                "constexpr int f() { return sizeof(part); }",
                "constexpr int f return sizeof part",
            ),
            ("const int N(M)", "const int N M"),
            (
                "void f() { struct in { part p; }; }",
                "void f struct in part p",
            ),
            (
                "struct s { struct alignas(8) { part p; } q; }",
                "struct s struct alignas part p q",
            ),
        ] {
            let source = of(source);
            assert_eq!(named(&source).join(" "), names, "{source:?}");
        }
    }
}
