//! What a text asks of the machine that it is compiled for.

use std::collections::{BTreeMap, BTreeSet};

use super::constant::{Constant, constants};
use super::groups::Answers;
use super::overlay;
use super::text::Text;
use super::tokens::{is_name, tokens};
use super::user::User;

/// What a text asks.
pub(super) struct Questions {
    /// Whether its own lines ask about macros that are not the same on all machines.
    pub(super) macros: bool,
    /// Macros of the C library's headers that decide what types its own lines declare: their value on another library is not known.
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
        machines: impl FnOnce() -> Vec<Answers>,
        options: &[String],
    ) -> Questions {
        let mut user = User::of(text.files.iter().map(|file| &**file));
        let words = options
            .iter()
            .flat_map(|option| tokens(option))
            .filter(|word| is_name(word));
        user.words.extend(words.map(str::to_owned));
        let named = options.iter().filter_map(|option| option.split('=').next());
        user.defined.extend(named.map(str::to_owned));
        let mut library_macros = BTreeSet::new();
        let mut macros = false;
        // A preprocessor lists a macro once, wherever it is asked about first: whether the user's own lines ask about it is seen in them.
        let asked = text.asked.iter().filter(|(name, asked)| {
            let is_guard = asked.body.is_none() && user.defined.contains(*name) && is_guard(name);
            user.words.contains(*name) && !is_guard
        });
        let asked: Vec<_> = asked.collect();
        // The tables are large, and most texts ask nothing.
        let machines = if asked.is_empty() {
            Vec::new()
        } else {
            machines()
        };
        for (name, asked) in asked {
            let said: BTreeSet<_> = machines.iter().map(|answers| answers.get(name)).collect();
            if said.iter().any(Option::is_some) {
                macros |= said.len() > 1;
            } else if asked.body.is_some()
                && !user.defined.contains(name)
                && !is_the_same_everywhere(name)
            {
                macros = true;
                if !is_of_compiler(name) && user.deciding.contains(name) {
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

/// The macros by which machines are told apart that see different texts of the user's: those that the user's own lines ask about, and the data model, from which the headers of the system make `<limits.h>` and `<stdint.h>`. Where those lines ask about another macro of a header, everything that was asked counts.
pub(super) fn distinguishing(
    text: &Text,
    is_predefined: impl Fn(&str) -> bool,
    options: &[String],
) -> BTreeSet<String> {
    let mut user = User::of(text.files.iter().map(|file| &**file));
    let words = options
        .iter()
        .flat_map(|option| tokens(option))
        .filter(|word| is_name(word));
    user.words.extend(words.map(str::to_owned));
    let is_users = |name: &String| user.words.contains(name);
    let is_of_header = |name: &String| {
        !is_predefined(name)
            && !user.defined.contains(name)
            && !is_the_same_everywhere(name)
            && !is_of_compiler(name)
    };
    let is_defined = text.asked.iter().filter(|(_, asked)| asked.body.is_some());
    let all = is_defined
        .map(|(name, _)| name)
        .any(|name| is_users(name) && is_of_header(name));
    let asked = text.asked.keys();
    asked
        .filter(|name| all || is_users(name) || is_data_model(name))
        .cloned()
        .collect()
}

/// Whether a compiler says by a macro how wide its types are, how they are signed, or in which order their octets lie.
pub(super) fn is_data_model(name: &str) -> bool {
    let parts = [
        "SIZEOF", "_MAX", "_MIN", "_WIDTH", "_DIG", "_EXP", "_EPSILON", "_BIT", "ORDER", "LP64",
        "LP32", "UNSIGNED",
    ];
    name.starts_with("__") && name.ends_with("__") && parts.iter().any(|part| name.contains(part))
}

/// Whether a macro is named as those that keep a header from being read twice.
fn is_guard(name: &str) -> bool {
    let name = name.trim_end_matches('_').to_ascii_uppercase();
    ["H", "HH", "HPP", "HXX", "INCLUDED"]
        .iter()
        .any(|end| name.ends_with(end))
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
    fn machines_are_distinguished_by_what_the_users_lines_ask_and_the_data_model() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("own.h");
        let asked = "#define __x86_64__ 1\n#define __SIZEOF_LONG__ 8\n#define UINTPTR_MAX 1UL\n#undef _WIN32\n#define __GLIBC__ 2\n";
        let told = |source: &str| {
            std::fs::write(&file, source).unwrap();
            let text = Text::of(&format!("# 1 \"{}\"\n{asked}", file.display()), false);
            let is_predefined =
                |name: &str| matches!(name, "__x86_64__" | "__SIZEOF_LONG__" | "_WIN32");
            let names = distinguishing(&text, is_predefined, &[]);
            names.into_iter().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            told("#if UINTPTR_MAX > 1\n#endif"),
            "UINTPTR_MAX __SIZEOF_LONG__"
        );
        assert_eq!(told("#ifdef _WIN32\n#endif"), "_WIN32 __SIZEOF_LONG__");
        // A macro of a header may follow from anything.
        assert_eq!(
            told("#ifdef __GLIBC__\n#endif"),
            "UINTPTR_MAX _WIN32 __GLIBC__ __SIZEOF_LONG__ __x86_64__"
        );
    }

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
