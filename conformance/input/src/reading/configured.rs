//! Names that promise a width, written for one machine: a `uint64` that configure declared `unsigned long` where it ran. On a machine where a `long` is shorter, the header of a build there would say `long long`.

use std::collections::BTreeMap;

use layout::Abi;
use layout::abi::Scalar;

use super::regions::Regions;
use super::text::Text;
use super::tokens::{is_name, tokens};
use super::typedef_name;

/// Such a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Configured {
    /// The typedef's: `uint64`.
    pub name: String,
    /// What it is declared to be: `unsigned long`.
    pub declared: String,
    /// The bits that it promises.
    pub bits: u32,
}

/// The names that a text declares to be something that has another width on an ABI than they promise, and that have it on the ABI that they were written for.
pub(super) fn names(text: &Text, abi: &Abi, written_for: &Abi) -> Vec<Configured> {
    let all = text.users_typedefs();
    let found = all.filter_map(|(name, tokens)| {
        let bits = typedef_name::promised(name)?;
        let words = integer(name, tokens)?;
        let scalar = scalar(&words)?;
        let width = |abi: &Abi| u32::try_from(8 * abi.size(scalar)).ok();
        let is_wrong = width(abi) != Some(bits) && width(written_for) == Some(bits);
        is_wrong.then(|| Configured {
            name: name.to_owned(),
            declared: words.join(" "),
            bits,
        })
    });
    found.collect()
}

/// The words of the integer that a typedef renames; `None` where it is anything else.
fn integer<'t>(name: &str, declaration: &'t [String]) -> Option<Vec<&'t str>> {
    let words = declaration.iter().map(String::as_str);
    let words = words.filter(|word| !matches!(*word, "typedef" | "__extension__") && *word != name);
    let words: Vec<_> = words.collect();
    words
        .iter()
        .all(|word| {
            matches!(
                *word,
                "signed" | "unsigned" | "char" | "short" | "int" | "long"
            )
        })
        .then_some(words)
}

fn scalar(words: &[&str]) -> Option<Scalar> {
    let count = |word| words.iter().filter(|it| **it == word).count();
    Some(match (count("char"), count("short"), count("long")) {
        (1, ..) => Scalar::Int8,
        (_, 1, _) => Scalar::Short,
        (_, _, 1) => Scalar::Long,
        (0, 0, 0) if !words.is_empty() => Scalar::Int,
        // A `long long` has 64 bits everywhere.
        _ => return None,
    })
}

/// A preprocessed text in which these names are of the width that they promise.
pub fn rewritten(text: &str, names: &BTreeMap<String, Configured>) -> String {
    let mut rewritten = String::with_capacity(text.len());
    let mut regions = Regions::default();
    let mut is_users = false;
    for line in text.lines() {
        if let Some(directive) = line.strip_prefix('#') {
            if let Some(region) = regions.enter(directive) {
                is_users = !region.is_system;
            }
            rewritten.push_str(line);
        } else {
            match is_users.then(|| by_its_name(line, names)).flatten() {
                Some(line) => rewritten.push_str(&line),
                None => rewritten.push_str(line),
            }
        }
        rewritten.push('\n');
    }
    rewritten
}

/// A line that declares such a name and nothing else.
fn by_its_name(line: &str, names: &BTreeMap<String, Configured>) -> Option<String> {
    let all: Vec<String> = tokens(line).map(str::to_owned).collect();
    let (end, declaration) = all.split_last()?;
    let name = declaration.last().filter(|name| is_name(name))?;
    let configured = names
        .get(name)
        .filter(|_| end == ";" && declaration.contains(&"typedef".to_owned()))?;
    let words = integer(name, declaration)?;
    let sign = if words.contains(&"unsigned") {
        "unsigned"
    } else {
        "signed"
    };
    let words = match configured.bits {
        8 => "char",
        16 => "short",
        // An `int` has 16 bits on AVR; a name that says 32 is taken at its word by whoever reads it.
        32 => {
            let fixed = if sign == "unsigned" {
                "__uint32_t"
            } else {
                "__int32_t"
            };
            return Some(format!(
                "typedef {sign} int {fixed} __attribute__((mode(SI))); typedef {fixed} {name};"
            ));
        }
        _ => "long long",
    };
    Some(format!("typedef {sign} {words} {name};"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# 1 \"own.h\"\ntypedef unsigned long int uint64;\ntypedef int int32;\ntypedef long count;\ntypedef long long int64;\nstruct s { uint64 a; };\n";

    #[test]
    fn a_name_is_configured_where_its_declaration_has_another_width() {
        let abi = |name| layout::Abis::builtin().get(name).unwrap();
        let text = Text::of(TEXT, false);
        let (here, x86) = (abi("x86_64-sysv"), abi("i386-sysv"));
        let found = names(&text, x86, here);
        let told: Vec<_> = found
            .iter()
            .map(|one| (one.name.as_str(), one.declared.as_str(), one.bits))
            .collect();
        assert_eq!(told, [("uint64", "unsigned long int", 64)]);
        assert_eq!(names(&text, here, here), []);
        // Who wrote it for 32 bits did not mean 64.
        assert_eq!(names(&Text::of("typedef long int64;", false), x86, x86), []);
    }

    #[test]
    fn it_is_rewritten_to_what_it_promises() {
        let names = [(
            "uint64".to_owned(),
            Configured {
                name: "uint64".to_owned(),
                declared: "unsigned long".to_owned(),
                bits: 64,
            },
        )]
        .into();
        let rewritten = rewritten(TEXT, &names);
        assert!(
            rewritten.contains(
                "typedef unsigned long long uint64;\ntypedef int int32;\ntypedef long count;"
            ),
            "{rewritten}"
        );
    }
}
