//! What a source wants that a compiler did not find: read from what the compiler complained of.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::reading::tokens::{is_name, tokens};

/// What is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Missing {
    /// A header that was not found, as the source includes it.
    pub(super) header: Option<String>,
    /// Names that are declared nowhere, in the order of the complaints.
    pub(super) names: Vec<String>,
    /// What the source itself says by `#error`.
    pub(super) said: Option<String>,
    /// The macros under whose conditions it says so.
    pub(super) macros: Vec<String>,
    /// All names in the lines that were complained of: macros without a definition are no names to a compiler.
    pub(super) nearby: Vec<String>,
    /// Whether the complaints are of a kind that C++ alone makes in C.
    pub(super) is_cxx: bool,
    /// Whether they are about another machine's registers or instructions.
    pub(super) is_of_machine: bool,
}

/// A line of complaint.
struct Complained<'c> {
    place: Option<(PathBuf, usize)>,
    message: &'c str,
}

/// So many complaints are looked at.
const MAX_COMPLAINTS: usize = 40;

/// Larger files are not looked at.
const MAX_OCTETS: u64 = 16 << 20;

impl Missing {
    /// From all that a compiler printed.
    pub(super) fn of(words: &str) -> Missing {
        let mut missing = Missing::default();
        for complained in complaints(words).take(MAX_COMPLAINTS) {
            missing.add(&complained);
        }
        missing.is_cxx |= words.contains("/c++/");
        missing
    }

    fn add(&mut self, complained: &Complained<'_>) {
        let message = complained.message;
        let quoted: Vec<&str> = quoted(message).collect();
        let first = quoted.first().copied().unwrap_or_default();
        if let Some(header) = header(message, first) {
            // Headers of the C++ library have no extension.
            self.is_cxx |= !header.contains('.');
            self.header.get_or_insert_with(|| header.to_owned());
            return;
        }
        let said = message.strip_prefix("#error ").unwrap_or_default();
        if !said.is_empty() {
            if self.said.is_none() {
                self.said = Some(said.to_owned());
                self.macros = complained.conditions();
            }
            return;
        }
        let is_undeclared = [
            "unknown type name",
            "undeclared",
            "has not been declared",
            "was not declared",
            "does not name a type",
            "no type named",
            "incomplete type",
            "forward declaration of",
        ];
        if is_undeclared.iter().any(|words| message.contains(words)) {
            // Of "field 'a' has incomplete type 'struct s'" it is the last.
            let name = match message.contains("incomplete type") {
                true => quoted.last().copied().unwrap_or_default(),
                false => first,
            };
            // Of "field 'a' has incomplete type" only its line has it.
            let is_field = message.starts_with("field") && message.ends_with("has incomplete type");
            let line = complained.line().filter(|_| is_field);
            let tag = line.and_then(|line| tag_before(&line, name));
            let name = tag.as_deref().unwrap_or(name);
            let name = name.rsplit([' ', ':']).next().unwrap_or(name);
            if is_cxx_word(name) {
                self.is_cxx = true;
            } else if is_name(name) && !self.names.iter().any(|known| known == name) {
                self.names.push(name.to_owned());
            }
        }
        self.is_of_machine |= [
            "invalid register name",
            "register name",
            "impossible constraint",
            "unknown register",
        ]
        .iter()
        .any(|words| message.contains(words))
            || message.starts_with("no such instruction")
            || message.starts_with("bad instruction");
        let Some(line) = complained.line() else {
            return;
        };
        let words: Vec<&str> = tokens(&line).collect();
        self.is_cxx |= words.iter().any(|word| is_cxx_word(word))
            || line.contains("::")
            || message.contains("use 'struct' keyword")
            || message.contains("use ‘struct’ keyword")
            || message.contains("declared as a function")
            || quoted.contains(&"&") && !line.contains("&&")
            || message.contains("before ':' token")
            || message.contains("before ‘:’ token");
        let names = words
            .iter()
            .filter(|word| is_name(word) && !is_keyword(word));
        for name in names {
            if !self.nearby.iter().any(|known| known == name) {
                self.nearby.push((*name).to_owned());
            }
        }
    }

    /// The names that are to be looked for: those that a compiler says are declared nowhere; where it names none, those in the lines that it complains of, macros first.
    pub(super) fn wanted(&self) -> Vec<&str> {
        if !self.names.is_empty() {
            return self.names.iter().map(String::as_str).collect();
        }
        // Macros are written in capitals.
        let is_macro = |name: &&String| name.chars().all(|c| !c.is_lowercase());
        let (macros, others): (Vec<&String>, Vec<&String>) = self.nearby.iter().partition(is_macro);
        let all = macros.into_iter().chain(others);
        all.map(String::as_str).collect()
    }

    /// The headers that an `#error` names.
    pub(super) fn said_headers(&self) -> impl Iterator<Item = &str> {
        let said = self.said.as_deref().unwrap_or_default();
        let words = said.split(|c: char| !(c.is_alphanumeric() || "_-./+".contains(c)));
        words
            .map(|word| word.trim_matches('.'))
            .filter(|word| word.ends_with(".h") || word.ends_with(".hpp"))
    }
}

impl Complained<'_> {
    /// The line of the source that it is about.
    fn line(&self) -> Option<String> {
        self.lines()?.pop()
    }

    /// The macros in the conditions of the innermost `#if` around it.
    fn conditions(&self) -> Vec<String> {
        let mut open: Vec<Vec<String>> = Vec::new();
        for line in self.lines().unwrap_or_default() {
            let Some(directive) = line.trim_start().strip_prefix('#') else {
                continue;
            };
            let mut words = tokens(directive);
            let word = words.next().unwrap_or_default().to_owned();
            let names = words.filter(|word| is_name(word) && *word != "defined");
            let names = names.map(str::to_owned);
            match word.as_str() {
                "if" | "ifdef" | "ifndef" => open.push(names.collect()),
                "elif" => {
                    if let Some(last) = open.last_mut() {
                        last.extend(names);
                    }
                }
                "endif" => drop(open.pop()),
                _ => {}
            }
        }
        let mut names = open.pop().unwrap_or_default();
        // Each branch asks again.
        let mut known = BTreeSet::new();
        names.retain(|name| known.insert(name.clone()));
        names
    }

    /// The source up to the line that it is about.
    fn lines(&self) -> Option<Vec<String>> {
        let (file, number) = self.place.as_ref()?;
        let data = std::fs::metadata(file).ok()?;
        let is_small = data.is_file() && data.len() <= MAX_OCTETS;
        let octets = is_small.then(|| std::fs::read(file).ok()).flatten()?;
        let text = String::from_utf8_lossy(&octets).into_owned();
        let lines = text.lines().take(*number).map(str::to_owned);
        Some(lines.collect())
    }
}

/// The tag of the type of a field, in the line that declares it: `other` of `o` in `struct s { struct other o; };`.
fn tag_before(line: &str, field: &str) -> Option<String> {
    let words: Vec<&str> = tokens(line).collect();
    let at = words.iter().rposition(|word| *word == field)?;
    let before = words.get(..at)?;
    let keyword = |word: &&str| matches!(*word, "struct" | "union" | "enum" | "class");
    let mut after = before.get(before.iter().rposition(keyword)? + 1..)?.iter();
    let tag = after.next().filter(|word| is_name(word))?;
    // `struct s { other o; };` begins the type that has the field.
    (after.next() != Some(&"{")).then(|| (*tag).to_owned())
}

/// The lines that are errors: `file:line:column: error: message`.
fn complaints(words: &str) -> impl Iterator<Item = Complained<'_>> {
    words.lines().filter_map(|line| {
        let (place, message) = line
            .split_once(": error: ")
            .or_else(|| line.split_once(": fatal error: "))
            .or_else(|| line.split_once(": Error: "))?;
        let mut parts = place.rsplitn(3, ':');
        let (last, second, file) = (parts.next(), parts.next(), parts.next());
        let number = |part: Option<&str>| part.and_then(|part| part.parse::<usize>().ok());
        let place = match (file, number(second), number(last)) {
            (Some(file), Some(line), Some(_)) => Some((PathBuf::from(file), line)),
            _ => None,
        };
        Some(Complained { place, message })
    })
}

/// What stands in quotation marks, of either kind.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let begin = rest.find(['\'', '‘'])?;
        let open = rest.get(begin..)?.chars().next()?;
        let after = rest.get(begin + open.len_utf8()..)?;
        let end = after.find(['\'', '’'])?;
        let close = after.get(end..)?.chars().next()?;
        rest = after.get(end + close.len_utf8()..)?;
        after.get(..end)
    })
}

/// The header that was not found: `x.h: No such file or directory`, `'x.h' file not found`.
fn header<'m>(message: &'m str, quoted: &'m str) -> Option<&'m str> {
    let gcc = message.strip_suffix(": No such file or directory");
    gcc.or_else(|| message.ends_with("file not found").then_some(quoted))
}

/// Whether a word is one of C++ alone.
fn is_cxx_word(word: &str) -> bool {
    matches!(
        word,
        "class"
            | "namespace"
            | "template"
            | "using"
            | "public"
            | "private"
            | "protected"
            | "virtual"
            | "operator"
            | "constexpr"
            | "typename"
            | "friend"
            | "explicit"
            | "mutable"
            | "static_cast"
            | "reinterpret_cast"
            | "noexcept"
            | "nullptr"
            | "decltype"
            | "override"
    )
}

/// Whether a word is one of C's.
fn is_keyword(word: &str) -> bool {
    static WORDS: std::sync::LazyLock<BTreeSet<&str>> = std::sync::LazyLock::new(|| {
        "auto break case char const continue default do double else enum extern float for goto if inline int long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while _Bool defined include define"
            .split(' ')
            .collect()
    });
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_compilers_words_are_understood() {
        let names = |words: &str| Missing::of(words).names.join(" ");
        for (words, expected) in [
            ("a.h:1:2: error: unknown type name ‘vec3_t’", "vec3_t"),
            (
                "a.h:1:2: error: unknown type name 'vec3_t'; did you mean 'vec'?",
                "vec3_t",
            ),
            (
                "a.h:1:2: error: ‘MAX’ undeclared here (not in a function)",
                "MAX",
            ),
            ("a.h:1:2: error: use of undeclared identifier 'MAX'", "MAX"),
            ("a.h:1:2: error: ‘byte’ does not name a type", "byte"),
            (
                "a.h:1:2: error: field ‘in’ has incomplete type ‘struct inner’",
                "inner",
            ),
            ("a.h:1:2: warning: unknown type name ‘x’", ""),
        ] {
            assert_eq!(names(words), expected, "{words}");
        }
    }

    #[test]
    fn the_type_of_a_field_is_missing_and_not_the_field() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.h");
        for (line, expected) in [
            ("struct s { struct other o; };", "other"),
            ("struct s { union u v, o[2]; };", "u"),
            ("struct s { other o; };", "o"),
        ] {
            std::fs::write(&file, line).unwrap();
            let words = format!(
                "{}:1:2: error: field ‘o’ has incomplete type",
                file.display()
            );
            assert_eq!(Missing::of(&words).names, [expected], "{line}");
        }
    }

    #[test]
    fn headers_and_what_a_source_says_itself_are_found() {
        for words in [
            "a.h:1:10: fatal error: lwip/opt.h: No such file or directory\ncompilation terminated.",
            "a.h:1:10: fatal error: 'lwip/opt.h' file not found",
        ] {
            assert_eq!(Missing::of(words).header.as_deref(), Some("lwip/opt.h"));
        }
        let said = Missing::of("a.h:1:2: error: #error \"Include rrd.h instead!\"");
        assert_eq!(said.said_headers().collect::<Vec<_>>(), ["rrd.h"]);
    }

    #[test]
    fn the_conditions_of_what_a_source_says_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.h");
        let text = "#ifdef X\n#endif\n#ifndef Y\n#if !defined(A) && !defined (B)\n#elif A == 1\n#error no\n#endif\n#endif\n";
        std::fs::write(&file, text).unwrap();
        let words = format!("{}:6:2: error: #error no", file.display());
        assert_eq!(Missing::of(&words).macros, ["A", "B"]);
    }

    #[test]
    fn what_only_cxx_has_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.h");
        for (line, message, is_cxx) in [
            ("", "fatal error: cstdint: No such file or directory", true),
            (
                "",
                "fatal error: stdint.h: No such file or directory",
                false,
            ),
            (
                "namespace n {",
                "error: unknown type name ‘namespace’",
                true,
            ),
            (
                "std::string a;",
                "error: expected ‘;’ before ‘:’ token",
                true,
            ),
            ("vec3_t low;", "error: unknown type name ‘vec3_t’", false),
        ] {
            std::fs::write(&file, line).unwrap();
            let words = format!("{}:1:1: {message}", file.display());
            assert_eq!(Missing::of(&words).is_cxx, is_cxx, "{message}");
        }
    }
}
