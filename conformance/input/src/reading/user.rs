//! The user's own files as no preprocessor has seen them: which macros they define, name and test.

use std::collections::{BTreeMap, BTreeSet};

use super::text::Text;
use super::tokens::{is_name, raw, tokens};

/// What is in them.
#[derive(Debug, Default)]
pub(super) struct User {
    /// The macros that they define.
    pub(super) defined: BTreeSet<String>,
    /// All names in them.
    pub(super) words: BTreeSet<String>,
    /// The names in those conditions that can decide what a declaration of a type is.
    pub(super) deciding: BTreeSet<String>,
    /// The names in declarations of types, and in the macros that are used there.
    pub(super) declaring: BTreeSet<String>,
    /// The names in lines that are no directives.
    code: BTreeSet<String>,
    /// Macros that are defined where a condition holds, and the names in it.
    conditional: BTreeMap<String, BTreeSet<String>>,
    /// The names in what macros are defined to be.
    bodies: BTreeMap<String, BTreeSet<String>>,
}

/// What an open brace belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brace {
    Function,
    /// A namespace, or `extern "C"`: what is in it is as good as outside.
    Transparent,
    Other,
}

/// Larger files are not looked at.
const MAX_OCTETS: u64 = 16 << 20;

impl User {
    /// Reads the files of a text; what cannot be read is passed over. What Linux's headers define is no definition of the user's.
    pub(super) fn of(text: &Text) -> User {
        let mut user = User::default();
        for file in &text.files {
            let file: &str = file;
            let data = std::fs::metadata(file);
            let is_small = data.is_ok_and(|data| data.is_file() && data.len() <= MAX_OCTETS);
            if let Some(octets) = is_small.then(|| std::fs::read(file).ok()).flatten() {
                let defined = user.defined.clone();
                user.read(&raw(&String::from_utf8_lossy(&octets)));
                if text.kernels.iter().any(|kernels| **kernels == *file) {
                    user.defined = defined;
                }
            }
        }
        user.finish()
    }

    fn read(&mut self, source: &str) {
        // The names in each condition that is open, and what each open brace belongs to.
        let mut conditions: Vec<BTreeSet<String>> = Vec::new();
        let mut braces: Vec<Brace> = Vec::new();
        let mut last = String::new();
        let mut is_namespace = false;
        for line in source.lines() {
            let names = || {
                tokens(line)
                    .filter(|word| is_name(word) && *word != "defined")
                    .map(str::to_owned)
            };
            self.words.extend(names());
            let Some(directive) = line.trim_start().strip_prefix('#') else {
                self.code.extend(names());
                let in_function = braces.contains(&Brace::Function);
                let in_type = braces.contains(&Brace::Other);
                let declares = names().any(|word| {
                    matches!(
                        word.as_str(),
                        "struct" | "union" | "enum" | "typedef" | "class"
                    )
                });
                if !in_function && (declares || in_type && !line.trim().is_empty()) {
                    self.deciding.extend(conditions.iter().flatten().cloned());
                    self.declaring.extend(names());
                }
                for token in tokens(line) {
                    match token {
                        "namespace" => is_namespace = true,
                        ";" => is_namespace = false,
                        "{" => braces.push(match last.as_str() {
                            ")" => Brace::Function,
                            "\"C\"" | "\"C++\"" => Brace::Transparent,
                            _ if std::mem::take(&mut is_namespace) => Brace::Transparent,
                            _ => Brace::Other,
                        }),
                        "}" => {
                            braces.pop();
                        }
                        _ => {}
                    }
                    token.clone_into(&mut last);
                }
                continue;
            };
            let mut words = tokens(directive);
            match words.next() {
                Some("if" | "ifdef" | "ifndef") => {
                    conditions.push(conditioned(directive, words));
                }
                Some("elif" | "elifdef" | "elifndef") => {
                    if let Some(condition) = conditions.last_mut() {
                        condition.extend(conditioned(directive, words));
                    }
                }
                Some("endif") => {
                    conditions.pop();
                }
                Some("define") => {
                    if let Some(name) = words.next() {
                        self.defined.insert(name.to_owned());
                        let by = self.conditional.entry(name.to_owned()).or_default();
                        by.extend(conditions.iter().flatten().cloned());
                        let body = self.bodies.entry(name.to_owned()).or_default();
                        body.extend(words.filter(|word| is_name(word)).map(str::to_owned));
                    }
                }
                Some("include" | "pragma" | "undef" | "error") => {
                    self.deciding.extend(conditions.iter().flatten().cloned());
                }
                _ => {}
            }
        }
    }

    /// A macro that is used in a line decides as much as the condition under which it is defined.
    fn finish(mut self) -> User {
        let used = self
            .conditional
            .iter()
            .filter(|(name, _)| self.code.contains(*name) && !self.is_of_functions(name));
        let names: Vec<_> = used.flat_map(|(_, names)| names.iter().cloned()).collect();
        self.deciding.extend(names);
        let mut next: Vec<String> = self.declaring.iter().cloned().collect();
        while let Some(name) = next.pop() {
            for name in self.bodies.get(&name).into_iter().flatten() {
                if self.declaring.insert(name.clone()) {
                    next.push(name.clone());
                }
            }
        }
        self
    }
}

impl User {
    /// Whether a macro says no more than how a function is linked.
    fn is_of_functions(&self, name: &str) -> bool {
        let is_linkage = |word: &String| {
            matches!(
                word.as_str(),
                "inline" | "__inline" | "__inline__" | "static" | "extern"
            )
        };
        self.bodies
            .get(name)
            .is_some_and(|body| !body.is_empty() && body.iter().all(is_linkage))
    }
}

/// What a condition asks about: names, and whether there are headers of the system (`__has_include(<windows.h>)`), but those of ISO C.
fn conditioned<'w>(directive: &str, words: impl Iterator<Item = &'w str>) -> BTreeSet<String> {
    let names = words.filter(|word| is_name(word) && !matches!(*word, "defined" | HAS_INCLUDE));
    let mut asked: BTreeSet<String> = names.map(str::to_owned).collect();
    for behind in directive.split(HAS_INCLUDE).skip(1) {
        let header = behind
            .split_once('<')
            .and_then(|(_, rest)| rest.split_once('>'));
        let header = header.filter(|_| !behind.trim_start_matches(['(', ' ']).starts_with('"'));
        if let Some((header, _)) = header.filter(|(header, _)| !ISO_C.contains(header)) {
            asked.insert(format!("{HAS_INCLUDE}(<{header}>)"));
        }
    }
    asked
}

pub(super) const HAS_INCLUDE: &str = "__has_include";

/// The headers that every C library has.
const ISO_C: [&str; 17] = [
    "assert.h",
    "ctype.h",
    "errno.h",
    "float.h",
    "inttypes.h",
    "limits.h",
    "locale.h",
    "math.h",
    "setjmp.h",
    "signal.h",
    "stdarg.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn deciding(source: &str) -> Vec<String> {
        let mut user = User::default();
        user.read(&raw(source));
        user.finish().deciding.into_iter().collect()
    }

    #[test]
    fn a_condition_decides_where_a_type_is_declared_under_it() {
        for source in [
            "#ifdef A\nstruct s { int a; };\n#endif",
            "struct s {\n#if defined(A)\n  int a;\n#endif\n};",
            "#ifdef A\n#define PACKED __attribute__((packed))\n#endif\nstruct s { int a; } PACKED;",
            "#ifdef A\n#include \"more.h\"\n#endif",
            "#if 0\n#elif A\ntypedef int t;\n#endif",
        ] {
            assert_eq!(deciding(source), ["A"], "{source}");
        }
    }

    #[test]
    fn one_in_a_function_or_around_macros_that_nobody_uses_decides_nothing() {
        for source in [
            "static int f(int a)\n{\n#ifdef A\n  return g(a);\n#endif\n}",
            "#ifdef A\n#define UNUSED 1\n#endif\nstruct s { int a; };",
            "#ifdef A\nint f(int);\n#endif",
            "#ifndef A\n#define A inline\n#endif\nstatic A int f(int);",
        ] {
            assert_eq!(deciding(source), [""; 0], "{source}");
        }
    }
}
