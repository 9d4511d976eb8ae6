//! What a text asks of the machine that it is compiled for.

use std::collections::{BTreeMap, BTreeSet};

use super::constant::{Constant, constants};
use super::groups::Answers;
use super::overlay;
use super::text::Text;
use super::tokens::{is_name, raw, tokens};

/// What a text asks.
pub(super) struct Questions {
    /// Whether its own lines ask about macros that are not the same on all machines.
    pub(super) macros: bool,
    /// Macros of the C library's headers that its own lines test: their value on another library is not known.
    pub(super) library_macros: BTreeSet<String>,
    /// By the names of the types.
    pub(super) types: BTreeMap<String, OfType>,
}

/// What one type asks.
#[derive(Clone, Debug, Default)]
pub(super) struct OfType {
    /// The constants that are the machine's.
    pub(super) constants: Vec<Constant>,
    /// The types of the C library that it is made of and that no table of ABIs has.
    pub(super) library: Vec<String>,
}

impl Questions {
    /// What `text` asks, of which these are the types; `machines` are the answers that there are.
    pub(super) fn of(
        text: &Text,
        names: &[String],
        machines: &[Answers],
        options: &[String],
    ) -> Questions {
        let mut user = User::of(text);
        let words = options
            .iter()
            .flat_map(|option| tokens(option))
            .filter(|word| is_name(word));
        user.words.extend(words.map(str::to_owned));
        let named = options.iter().filter_map(|option| option.split('=').next());
        user.defined.extend(named.map(str::to_owned));
        let mut library_macros = BTreeSet::new();
        let mut macros = false;
        for (name, asked) in &text.asked {
            // A preprocessor lists a macro once, wherever it is asked about first: whether the user's own lines ask about it is seen in them.
            if !user.words.contains(name) {
                continue;
            }
            let said: BTreeSet<_> = machines.iter().map(|answers| answers.get(name)).collect();
            if said.iter().any(Option::is_some) {
                macros |= said.len() > 1;
            } else if asked.body.is_some()
                && !user.defined.contains(name)
                && !is_the_same_everywhere(name)
            {
                macros = true;
                if !is_of_compiler(name) && user.tested.contains(name) {
                    library_macros.insert(name.clone());
                }
            }
        }
        let types = names
            .iter()
            .map(|name| (name.clone(), OfType::of(text, name)));
        Questions {
            macros,
            library_macros,
            types: types.collect(),
        }
    }

    /// Whether all machines that have a type lay out one and the same declaration.
    pub(super) fn is_none(&self) -> bool {
        let asks = |of: &OfType| !of.constants.is_empty() || !of.library.is_empty();
        !self.macros && !self.types.values().any(asks)
    }
}

impl OfType {
    pub(super) fn of(text: &Text, name: &str) -> OfType {
        let reach = text.reach(name);
        OfType {
            constants: constants(text, &reach),
            library: text.library(&reach).map(str::to_owned).collect(),
        }
    }
}

/// The user's own files as no preprocessor has seen them.
#[derive(Default)]
struct User {
    /// The macros that they define.
    defined: BTreeSet<String>,
    /// All names in them.
    words: BTreeSet<String>,
    /// The names in their conditions.
    tested: BTreeSet<String>,
}

/// Larger files are not looked at.
const MAX_OCTETS: u64 = 16 << 20;

impl User {
    fn of(text: &Text) -> User {
        let mut user = User::default();
        for file in &text.files {
            let is_small = std::fs::metadata(&**file)
                .is_ok_and(|data| data.is_file() && data.len() <= MAX_OCTETS);
            let Some(octets) = is_small.then(|| std::fs::read(&**file).ok()).flatten() else {
                continue;
            };
            let source = raw(&String::from_utf8_lossy(&octets));
            let words = source.lines().flat_map(tokens).filter(|word| is_name(word));
            user.words.extend(words.map(str::to_owned));
            for directive in source
                .lines()
                .filter_map(|line| line.trim_start().strip_prefix('#'))
            {
                let mut words = tokens(directive);
                match words.next() {
                    Some("define") => user.defined.extend(words.next().map(str::to_owned)),
                    Some("if" | "ifdef" | "ifndef" | "elif" | "elifdef" | "elifndef") => {
                        user.tested
                            .extend(words.filter(|word| is_name(word)).map(str::to_owned));
                    }
                    _ => {}
                }
            }
        }
        user
    }
}

/// Macros of the language's own headers that say the same on every machine.
fn is_the_same_everywhere(name: &str) -> bool {
    let sized = name.strip_prefix('U').unwrap_or(name).strip_prefix("INT");
    let width = sized.and_then(|rest| rest.split('_').next());
    matches!(
        name,
        "NULL" | "offsetof" | "true" | "false" | "bool" | "assert" | "static_assert"
    ) || name.starts_with("va_")
        || matches!(width, Some("8" | "16" | "32" | "64"))
}

/// Macros whose value follows from what the compiler predefines, in whichever library's header they are: those of `<limits.h>`, `<stdint.h>`, `<float.h>` and `<endian.h>`.
fn is_of_compiler(name: &str) -> bool {
    let ends = ["_MAX", "_MIN", "_BIT", "_WIDTH", "_DIG", "_EPSILON"];
    let is_limit = ends.iter().any(|end| name.ends_with(end))
        && !name.contains("PATH")
        && !name.starts_with("_POSIX");
    let is_order = name.contains("BYTE_ORDER") || name.contains("ENDIAN");
    is_limit
        || is_order
        || matches!(name, "__WORDSIZE" | "__BITS_PER_LONG")
        || overlay::follows_from_compiler(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_and_byte_orders_follow_from_the_compiler_and_the_librarys_own_do_not() {
        for name in [
            "UINTPTR_MAX",
            "LONG_MAX",
            "CHAR_BIT",
            "__BYTE_ORDER",
            "BIG_ENDIAN",
            "__WORDSIZE",
        ] {
            assert!(is_of_compiler(name), "{name}");
        }
        for name in ["__GLIBC__", "PATH_MAX", "_POSIX_PATH_MAX", "SOCK_STREAM"] {
            assert!(!is_of_compiler(name), "{name}");
        }
        for name in ["NULL", "UINT32_MAX", "INT8_C", "va_start"] {
            assert!(is_the_same_everywhere(name), "{name}");
        }
        assert!(!is_the_same_everywhere("UINTPTR_MAX"));
    }
}
