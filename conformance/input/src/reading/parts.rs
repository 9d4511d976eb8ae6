//! The scalars that a record is made of, where nothing else decides how it lies.

use std::collections::BTreeSet;

use layout::abi::{Scalar, Typedef};

use super::text::Text;
use super::tokens::is_name;
use super::type_name::{is_of_scalar, scalar};
use super::typedef_name;

/// All scalars in a record of C and in the records that are in it; `None` where bit-fields, attributes, enumerations or names of a C library are in it. Two machines that agree about the size and the alignment of each lay it out alike, but for the lengths of its arrays, which are constants of their own, and for Arm's least alignment of records, which is a row's.
pub(super) fn scalars(text: &Text, name: &str) -> Option<BTreeSet<Scalar>> {
    let reach = text.reach(name);
    let is_declared = !text.is_cxx() && !reach.names.is_empty();
    let mut found = BTreeSet::new();
    for name in &reach.system {
        found.insert(of_system(name).filter(|_| is_declared)?);
    }
    for declaration in reach.names.values().flatten() {
        let is_system = declaration.region.is_system || declaration.is_expanded;
        members(&declaration.tokens, &mut found).filter(|()| is_declared && !is_system)?;
    }
    // An empty record is as long as each language has it.
    (!found.is_empty()).then_some(found)
}

/// The scalar that a name of the system is on every machine.
fn of_system(name: &str) -> Option<Scalar> {
    if let Some(Typedef::Size | Typedef::Ssize | Typedef::Ptrdiff | Typedef::Intptr) =
        Typedef::named(name)
    {
        return Some(Scalar::Pointer);
    }
    let width = typedef_name::promised(name).filter(|_| typedef_name::is_modelled(name))?;
    Some(match width {
        8 => Scalar::Int8,
        16 => Scalar::Int16,
        32 => Scalar::Int32,
        _ => Scalar::Int64,
    })
}

/// Adds the scalars of one declaration; `None` where there is more in it.
fn members(tokens: &[String], found: &mut BTreeSet<Scalar>) -> Option<()> {
    let mut words: Vec<&str> = Vec::new();
    let mut depth = 0_usize;
    for token in tokens {
        let token = token.as_str();
        match token {
            "[" => depth += 1,
            "]" => depth = depth.checked_sub(1)?,
            _ if depth > 0 => continue,
            word if is_of_scalar(word) => {
                words.push(word);
                continue;
            }
            "const" | "volatile" => continue,
            "*" => {
                found.insert(Scalar::Pointer);
            }
            "struct" | "union" | "typedef" | "{" | "}" | ";" | "," => {}
            // Attributes and what they say, enumerations, other floating-point formats, pragmas.
            "enum" | "__attribute__" | "__attribute" | "_Alignas" | "_Complex" | "_Atomic"
            | "__extension__" => return None,
            name if is_name(name) => {}
            _ => return None,
        }
        found.extend(scalar(&words));
        words.clear();
    }
    found.extend(scalar(&words));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scalars_decide_alone_is_known_and_nothing_else_is() {
        let of = |source: &str| {
            let text = Text::of(source, false);
            scalars(&text, "struct s").map(|all| all.into_iter().collect::<Vec<_>>())
        };
        use Scalar::{Char, Double, Int, Int64, Long, Pointer, Short};
        for (source, found) in [
            ("struct s { char a; long b[4]; };", Some(vec![Char, Long])),
            (
                "struct t { short x; }; struct s { struct t *p; struct t q; double d; };",
                Some(vec![Short, Double, Pointer]),
            ),
            (
                "typedef unsigned int word; struct s { word a[sizeof(long)]; };",
                Some(vec![Int]),
            ),
            (
                "# 1 \"/usr/include/stdint.h\" 1 3 4\ntypedef long int64_t;\n# 2 \"a.h\" 2\nstruct s { int64_t a; };",
                Some(vec![Int64]),
            ),
            (
                "# 1 \"/usr/include/time.h\" 1 3 4\ntypedef long time_t;\n# 2 \"a.h\" 2\nstruct s { time_t a; };",
                None,
            ),
            ("struct s { int a : 3; };", None),
            ("struct s { int a; } __attribute__((packed));", None),
            ("#pragma pack(1)\nstruct s { int a; };", None),
            ("enum e { A }; struct s { enum e a; };", None),
            ("struct s { int (*f)(void); };", None),
            ("struct s;", None),
        ] {
            let right = found.map(|mut all| {
                all.sort_unstable();
                all
            });
            assert_eq!(of(source), right, "{source}");
        }
    }
}
