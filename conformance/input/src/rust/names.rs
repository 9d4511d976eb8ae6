//! Which of C's integers a type in the source of a crate is.

use layout::abi::{Number, Scalar};
use layout::types::{Rules, Type};

use super::text::{Text, joined};

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// What its name says, or what its own declaration says: no name of C's.
    Itself,
    /// A number of C's (`core::ffi`).
    C(Type),
    /// Something that is declared elsewhere.
    Unknown,
}

/// Aliases of aliases are followed for so long.
const MAX_ALIASES: usize = 16;
/// For one name so many imports are followed: modules that import all of one another are a maze.
const MAX_IMPORTS: usize = 256;

/// What the elements of this type are, in a module of a crate; `parameters` are the parameters of the type around it.
pub(super) fn meaning(
    text: &Text,
    module: &str,
    parameters: &[String],
    kind: &syn::Type,
) -> Meaning {
    let (mut module, mut kind) = (module.to_owned(), kind);
    for _ in 0..MAX_ALIASES {
        let path = match kind {
            syn::Type::Array(of) => {
                kind = &of.elem;
                continue;
            }
            syn::Type::Paren(of) => {
                kind = &of.elem;
                continue;
            }
            syn::Type::Group(of) => {
                kind = &of.elem;
                continue;
            }
            syn::Type::Path(of) if of.qself.is_none() => &of.path,
            // Pointers and the like are no numbers.
            _ => return Meaning::Itself,
        };
        let words: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let whole = resolved(text, &module, &words);
        let name = whole.rsplit("::").next().unwrap_or_default();
        if words.len() == 1 && parameters.contains(&whole) {
            return Meaning::Unknown;
        }
        let own = whole.strip_prefix("crate::").unwrap_or(&whole);
        if let Some(aliases) = text.aliases.get(own) {
            // One for each `cfg`.
            let [alias] = aliases.as_slice() else {
                return Meaning::Unknown;
            };
            module = own
                .rsplit_once("::")
                .map_or("", |(module, _)| module)
                .to_owned();
            kind = alias;
            continue;
        }
        if text.types.contains_key(own) {
            return Meaning::Itself;
        }
        let arguments = path.segments.iter().map(|segment| &segment.arguments);
        let mut arguments = arguments.flat_map(of_generic).peekable();
        if arguments.peek().is_some() {
            let mut all =
                arguments.map(|argument| self::meaning(text, &module, parameters, argument));
            return match all.all(|argument| argument == Meaning::Itself) {
                true => Meaning::Itself,
                false => Meaning::Unknown,
            };
        }
        return of_name(name);
    }
    Meaning::Unknown
}

/// The types among the arguments of a segment of a path.
fn of_generic(arguments: &syn::PathArguments) -> Vec<&syn::Type> {
    let syn::PathArguments::AngleBracketed(of) = arguments else {
        return Vec::new();
    };
    let types = of.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(of) => Some(of),
        _ => None,
    });
    types.collect()
}

/// A path as it is from the crate, as far as the imports of its module tell; of what is declared elsewhere, its own words.
fn resolved(text: &Text, module: &str, words: &[String]) -> String {
    followed(text, module, words, &mut { MAX_IMPORTS })
}

/// Through so many imports, of whatever modules.
fn followed(text: &Text, module: &str, words: &[String], left: &mut usize) -> String {
    let written = words.join("::");
    let Some((first, rest)) = words.split_first().filter(|_| *left > 0) else {
        return written;
    };
    *left -= 1;
    if let Some((module, name)) = from_the_crate(module, words) {
        return followed(text, &module, &[name], left);
    }
    let here = joined(module, &written);
    if is_known(text, &here) {
        return here;
    }
    if let Some((name, modules)) = words.split_last()
        && !modules.is_empty()
    {
        let beside = joined(module, &modules.join("::"));
        if text.modules.contains(&beside) {
            return followed(text, &beside, std::slice::from_ref(name), left);
        }
    }
    let import = |name: &str| {
        let key = (module.to_owned(), name.to_owned());
        text.imports.get(&key).map_or(&[][..], Vec::as_slice)
    };
    if let [path] = import(first) {
        let path = path.split("::").map(str::to_owned);
        let all: Vec<String> = path.chain(rest.iter().cloned()).collect();
        // Its own words are what is declared elsewhere.
        return match *all == *words {
            true => written,
            false => followed(text, module, &all, left),
        };
    }
    for glob in import("*") {
        let glob = glob.split("::").map(str::to_owned);
        let all: Vec<String> = glob.chain(words.iter().cloned()).collect();
        let found = followed(text, module, &all, left);
        // It is its own words where nothing was found.
        if found != written && found != all.join("::") || is_known(text, &found) {
            return found;
        }
    }
    written
}

/// The module and the name that a path from the crate, or from its own module, leads to; `None` for another.
fn from_the_crate(module: &str, words: &[String]) -> Option<(String, String)> {
    let mut module = module.to_owned();
    let mut rest = words;
    loop {
        let (first, more) = rest.split_first()?;
        match first.as_str() {
            "crate" => module.clear(),
            "self" => {}
            "super" => {
                let above = module.rsplit_once("::").map_or("", |(above, _)| above);
                module = above.to_owned();
            }
            _ if rest.len() == words.len() => return None,
            _ => break,
        }
        rest = more;
    }
    let (name, modules) = rest.split_last()?;
    if !modules.is_empty() {
        module = joined(&module, &modules.join("::"));
    }
    Some((module, name.clone()))
}

fn is_known(text: &Text, path: &str) -> bool {
    text.types.contains_key(path) || text.aliases.contains_key(path)
}

/// By the last word of a path: the names of `core::ffi`, which libc and others hand on, and those of the language.
fn of_name(name: &str) -> Meaning {
    let c = |scalar| {
        Meaning::C(Type::Number {
            kind: Number::C(scalar),
            rules: Rules::Rust,
        })
    };
    match name {
        "c_char" => Meaning::C(Type::Scalar(Scalar::Char)),
        "c_int" | "c_uint" => c(Scalar::Int),
        "c_long" | "c_ulong" => c(Scalar::Long),
        "c_schar" | "c_uchar" | "c_short" | "c_ushort" | "c_longlong" | "c_ulonglong"
        | "c_float" | "c_double" => Meaning::Itself,
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128"
        | "isize" | "f32" | "f64" | "bool" | "char" => Meaning::Itself,
        "int8_t" | "int16_t" | "int32_t" | "int64_t" | "uint8_t" | "uint16_t" | "uint32_t"
        | "uint64_t" | "size_t" | "ssize_t" | "uintptr_t" | "intptr_t" => Meaning::Itself,
        name if has_width(name) => Meaning::Itself,
        _ => Meaning::Unknown,
    }
}

/// `AtomicU64`, `NonZeroI32`: the library's, with their width in their names.
fn has_width(name: &str) -> bool {
    let rest = ["AtomicU", "AtomicI", "NonZeroU", "NonZeroI"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    rest.is_some_and(|width| matches!(width, "8" | "16" | "32" | "64" | "128" | "size"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_c_is_found_under_whatever_name_it_goes() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("lib.rs");
        let source = "
use std::ffi::c_long as long;
type Len = long;
pub type Own = u64;
mod wire {
    use super::*;
    use super::Len as L;
    use libc::c_ulong;
    use deeper::*;
    mod deeper { use crate::Own; pub use std::ffi::c_int as Handed; type Size = super::Count; }
    type Count = core::ffi::c_uint;
    #[cfg(a)] type Either = u32;
    #[cfg(b)] type Either = u64;
    struct Named;
}";
        std::fs::write(&root, source).unwrap();
        let text = Text::of(&root).unwrap();
        let c = |scalar| {
            Meaning::C(Type::Number {
                kind: Number::C(scalar),
                rules: Rules::Rust,
            })
        };
        for (module, kind, expected) in [
            ("", "long", c(Scalar::Long)),
            ("", "[Len; 4]", c(Scalar::Long)),
            ("", "crate::Len", c(Scalar::Long)),
            ("", "Own", Meaning::Itself),
            ("", "std::os::raw::c_int", c(Scalar::Int)),
            ("", "c_char", Meaning::C(Type::Scalar(Scalar::Char))),
            ("wire", "L", c(Scalar::Long)),
            ("wire", "Len", c(Scalar::Long)),
            ("wire", "long", c(Scalar::Long)),
            ("wire", "Own", Meaning::Itself),
            ("wire", "crate::long", c(Scalar::Long)),
            ("wire", "super::long", c(Scalar::Long)),
            ("wire", "Handed", c(Scalar::Int)),
            ("wire", "[[c_ulong; 2]; 2]", c(Scalar::Long)),
            ("wire", "Count", c(Scalar::Int)),
            ("wire", "Either", Meaning::Unknown),
            ("wire", "Named", Meaning::Itself),
            ("wire::deeper", "Size", c(Scalar::Int)),
            ("wire::deeper", "Own", Meaning::Itself),
            ("wire", "T", Meaning::Unknown),
            ("wire", "libc::off_t", Meaning::Unknown),
            ("wire", "u64", Meaning::Itself),
            ("wire", "AtomicU64", Meaning::Itself),
            ("wire", "core::num::NonZero<u32>", Meaning::Itself),
            ("wire", "core::num::NonZero<c_ulong>", Meaning::Unknown),
            ("wire", "*const c_long", Meaning::Itself),
        ] {
            let words = kind;
            let kind: syn::Type = syn::parse_str(words).unwrap();
            let found = meaning(&text, module, &["T".to_owned()], &kind);
            assert_eq!(found, expected, "{module}: {words}");
        }
    }
}
