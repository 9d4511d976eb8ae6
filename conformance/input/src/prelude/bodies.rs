//! A text without the bodies of its functions.
//!
//! What a function does can ask for what only its own machine has: registers in assembly, a library's functions, a launch of a kernel. Its types can be read without. Where a type does depend on a function's body (a `constexpr` length), the compiler says so, and nothing wrong comes of it.

use super::text::Tokens;

/// What stands in a text that is its own words and a body in place of each function.
pub(super) fn dropped(text: &str) -> String {
    let tokens = Tokens::of(text);
    let mut changes = Vec::new();
    let mut at = 0;
    // Where the declaration begins that is being read.
    let mut begin = 0;
    while at < tokens.len() {
        match tokens.get(at) {
            "@" => {
                let end = objective(&tokens, at);
                let place = tokens.place(at).start..tokens.place(end.max(at + 1) - 1).end;
                changes.push((place, String::new()));
                at = end;
                begin = at;
            }
            ";" | "}" => {
                at += 1;
                begin = at;
            }
            "{" => {
                let head: Vec<&str> = (begin..at).map(|at| tokens.get(at)).collect();
                if is_function(&head) {
                    let mut end = tokens.behind(at);
                    let mut from = at;
                    // A constructor's `: a(0), b{1}` belongs to the body.
                    if let Some(colon) = initialisers(&head) {
                        from = begin + colon;
                        end = behind_initialisers(&tokens, end);
                    }
                    let place = tokens.place(from).start..tokens.place(end - 1).end;
                    changes.push((place, ";".to_owned()));
                    at = end;
                    begin = at;
                } else if is_value(&head) {
                    at = tokens.behind(at);
                } else {
                    // A record, a namespace, `extern "C"`: what is in it is read.
                    at += 1;
                    begin = at;
                }
            }
            ":" if is_access(&tokens, begin, at) => {
                at += 1;
                begin = at;
            }
            _ => at += 1,
        }
    }
    tokens.with(&changes)
}

/// Whether a brace behind these words opens a function's body.
fn is_function(head: &[&str]) -> bool {
    let head = bare(head);
    let calls = head.iter().position(|word| *word == "(");
    let before = |word: &&str| head.iter().position(|other| other == word) < calls;
    // `struct s : base<f(1)>` has a base, and no parameters.
    let tags = ["struct", "union", "enum", "class"];
    let tag = head.iter().position(|word| tags.contains(word));
    let has_base = tag.is_some() && tag < calls && head.contains(&":") && before(&":");
    // `int a[] = {` has a value, and `operator=` a body.
    let has_value = head.contains(&"=") && before(&"=") && !head.contains(&"operator");
    calls.is_some() && head.contains(&")") && !has_base && !has_value
}

/// Whether a brace behind these words opens a value.
fn is_value(head: &[&str]) -> bool {
    bare(head).contains(&"=")
}

/// Without attributes, whose brackets are no parameters'.
fn bare<'w>(head: &[&'w str]) -> Vec<&'w str> {
    let mut bare = Vec::new();
    let mut words = head.iter().peekable();
    while let Some(word) = words.next() {
        let takes = matches!(
            *word,
            "__attribute__" | "__attribute" | "_Alignas" | "alignas" | "__declspec" | "__asm__"
        );
        if !takes {
            bare.push(*word);
            continue;
        }
        let mut depth = 0_usize;
        for word in words.by_ref() {
            match *word {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
    }
    bare
}

/// The colon of a constructor's initialisers: the first outside of brackets behind the parameters.
fn initialisers(head: &[&str]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_behind = false;
    for (at, word) in head.iter().enumerate() {
        match *word {
            "(" => depth += 1,
            ")" => {
                depth = depth.saturating_sub(1);
                is_behind = true;
            }
            ":" if depth == 0 && is_behind => {
                let next = head.get(at + 1).copied().unwrap_or_default();
                let before = at.checked_sub(1).and_then(|at| head.get(at)).copied();
                // `a::b` is one name.
                if next != ":" && before != Some(":") {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Behind the body that follows a brace of initialisers; the same place where that brace was the body.
fn behind_initialisers(tokens: &Tokens<'_>, mut at: usize) -> usize {
    while matches!(tokens.get(at), "," | "{") {
        while !matches!(tokens.get(at), "{" | "(" | "") {
            at += 1;
        }
        at = tokens.behind(at);
    }
    at
}

/// Whether a colon ends `public` and its kin.
fn is_access(tokens: &Tokens<'_>, begin: usize, colon: usize) -> bool {
    let is_word = matches!(tokens.get(begin), "public" | "protected" | "private");
    is_word && colon == begin + 1
}

/// Behind what Objective-C alone has.
fn objective(tokens: &Tokens<'_>, at: usize) -> usize {
    let word = tokens.get(at + 1);
    let is_block = matches!(word, "interface" | "implementation" | "protocol");
    let mut end = at + 1;
    while end < tokens.len() {
        let is_end = tokens.get(end) == "@" && tokens.get(end + 1) == "end";
        if is_block && is_end {
            return end + 2;
        }
        if !is_block && tokens.get(end) == ";" {
            return end + 1;
        }
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_lose_their_bodies_and_types_stay() {
        for (text, expected) in [
            ("int f(void) { return 1; } int a;", "int f(void) ; int a;"),
            (
                "struct s { int a; int g() const { return a; } };",
                "struct s { int a; int g() const ; };",
            ),
            (
                "struct s { s() : a(1), b{2} { } int a, b; };",
                "struct s { s() ; int a, b; };",
            ),
            (
                "struct s : b<f(1)> { int a; }; struct s g() { return 1; }",
                "struct s : b<f(1)> { int a; }; struct s g() ;",
            ),
            (
                "struct __attribute__((packed)) s { int a; };",
                "struct __attribute__((packed)) s { int a; };",
            ),
            ("enum e { A = 1, B };", "enum e { A = 1, B };"),
            (
                "int a[] = { 1, f(2) }; struct t { int b; };",
                "int a[] = { 1, f(2) }; struct t { int b; };",
            ),
            (
                "namespace n { struct s { int a; }; void f() { g<<<1, 2>>>(); } }",
                "namespace n { struct s { int a; }; void f() ; }",
            ),
            (
                "extern \"C\" { void f(int a) { asm(\"mrs\"); } }",
                "extern \"C\" { void f(int a) ; }",
            ),
            (
                "class c { public: void f() { } private: int a; };",
                "class c { public: void f() ; private: int a; };",
            ),
            ("@class N; struct s { int a; };", " struct s { int a; };"),
            (
                "@interface A : B { int c; } - (void)f; @end struct s { int a; };",
                " struct s { int a; };",
            ),
        ] {
            assert_eq!(dropped(text), expected);
        }
    }

    #[test]
    fn what_goes_leaves_its_lines_and_directives() {
        let text = "void f() {\n# 7 \"a.h\"\n  g();\n}\nstruct s { int a; };\n";
        let expected = "void f() ;\n# 7 \"a.h\"\n\n\nstruct s { int a; };\n";
        assert_eq!(dropped(text), expected);
    }
}
