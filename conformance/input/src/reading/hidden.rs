//! Alignments that a compiler of another machine does not show: an attribute that asks for less than it aligns by itself changes nothing there, and leaves no trace.

use std::collections::BTreeMap;

use layout::Abi;
use layout::abi::Scalar;

use super::text::{ALIGNMENTS, PACK, Reach, Text};

/// What a compiler that reads for others aligns to at most: scalars of 64 bits, wider ones, vectors.
const USUAL: usize = 8;
const WIDEST: usize = 16;
const VECTOR: usize = 64;

/// Names of scalars that some machine aligns to more than [`USUAL`]; `long double` is two words.
const WIDE: [&str; 9] = [
    "__float128",
    "_Float128",
    "_Float64x",
    "__float80",
    "_Decimal128",
    "__int128",
    "__int128_t",
    "__uint128_t",
    "max_align_t",
];

const OF_VECTORS: [&str; 2] = ["vector_size", "__vector_size__"];

/// Of each name of the user's the most that a compiler may align it to by itself; of one that is not in it, [`USUAL`].
type Most<'t> = BTreeMap<&'t str, usize>;

/// The most that a compiler may align to what these words declare.
fn most(words: &[String], named: &Most<'_>) -> usize {
    let of_word = |word: &String| match word.as_str() {
        word if OF_VECTORS.contains(&word) => VECTOR,
        word if WIDE.contains(&word) => WIDEST,
        word => named.get(word).copied().unwrap_or(USUAL),
    };
    let of_words = words.iter().map(of_word).max().unwrap_or(USUAL);
    let is_long_double = words.windows(2).any(|words| words == ["long", "double"]);
    of_words.max(if is_long_double { WIDEST } else { USUAL })
}

/// What types are made of that a type reaches.
fn most_of(reach: &Reach) -> Most<'_> {
    let mut named = Most::new();
    // Each round finds at least one more, or is the last: there are six values, and none becomes less.
    loop {
        let before = named.clone();
        for (name, declarations) in &reach.names {
            // Of what asks itself for an alignment GCC writes the one that comes out, and of a member of that type no other that is the same: one more is hidden.
            let of_each = declarations.iter().map(|one| {
                let asks = one
                    .tokens
                    .iter()
                    .any(|word| ALIGNMENTS.contains(&word.as_str()));
                most(&one.tokens, &before) | usize::from(asks)
            });
            let most = of_each.max().filter(|most| *most > USUAL);
            named.extend(most.map(|most| (name.as_str(), most)));
        }
        if named == before {
            return named;
        }
    }
}

/// Why a type may be aligned otherwise on this machine than the compiler that read it shows; `None` where it may not.
pub(super) fn alignment(text: &Text, reach: &Reach, machine: &Abi) -> Option<String> {
    if !reach.words().align {
        return None;
    }
    let named = most_of(reach);
    reach.names.iter().find_map(|(own, declarations)| {
        // What it asks for itself hides nothing of what it asks for.
        let mut named = named.clone();
        named.remove(own.as_str());
        declarations.iter().find_map(|one| {
            let asked = asked(&one.tokens, machine, &named).map(|asked| {
                format!("`{asked}` may be less than the compiler that read it aligns by itself, which shows nothing of it")
            });
            let ignored = || {
                let asked = ignored(&one.tokens, machine).filter(|_| text.is_cxx())?;
                Some(format!(
                    "some versions of this machine's compiler take no notice of `{asked}`"
                ))
            };
            asked.or_else(ignored)
        })
    })
}

/// Whether such an alignment stands anywhere in the user's text, for one of these machines.
pub(super) fn is_anywhere<'a>(text: &Text, machines: impl IntoIterator<Item = &'a Abi>) -> bool {
    // Which name is how wide is looked at where there is something to find.
    let widest = most(text.own(), &Most::new());
    let words = text.own().iter().map(String::as_str);
    let named: Most<'_> = words.map(|word| (word, widest)).collect();
    machines.into_iter().any(|machine| {
        let is_ignored = || text.is_cxx() && ignored(text.own(), machine).is_some();
        asked(text.own(), machine, &named).is_some() || is_ignored()
    })
}

/// An alignment in the way of C++11 that GCC 5, which is what Debian has for AVR, takes no notice of: it compares the octets with the most that the machine aligns to, in bits. Other versions do as they are told.
///
/// GCC 5.4, cp/tree.c: `check_cxx_fundamental_alignment_constraints`.
fn ignored(tokens: &[String], machine: &Abi) -> Option<String> {
    let least = machine.align(Scalar::Int64);
    // AVR and m68k.
    if least >= 4 {
        return None;
    }
    let mut before = "";
    for (at, word) in tokens.iter().enumerate() {
        let is_standard = word == "alignas";
        let is_attribute = ALIGNMENTS.contains(&word.as_str()) && before == ":";
        before = word;
        let mut inside = tokens.iter().skip(at + 1);
        if !(is_standard || is_attribute) || inside.next().is_none_or(|next| next != "(") {
            continue;
        }
        let value = inside.next()?;
        let number = value
            .trim_end_matches(['u', 'U', 'l', 'L'])
            .parse::<usize>();
        if number.is_ok_and(|octets| octets > least * 8) {
            return Some(format!("{word}({value})"));
        }
    }
    None
}

/// The first alignment that shows on a machine and may not show where another reads for it; one that is no number always may, where any may.
fn asked(tokens: &[String], machine: &Abi, named: &Most<'_>) -> Option<String> {
    for (at, word) in tokens.iter().enumerate() {
        let behind = tokens.get(at + 1..).unwrap_or_default();
        if !ALIGNMENTS.contains(&word.as_str()) || behind.first().is_none_or(|next| next != "(") {
            continue;
        }
        let most = most(aligned(tokens, at), named);
        let least = match most >= WIDEST {
            false => machine.align(Scalar::Int64),
            true => machine
                .align(Scalar::LongDouble)
                .min(machine.align(Scalar::Int64)),
        };
        // A pragma cuts it down to what the type may have by itself.
        let (most, pack) = match packed_to(tokens) {
            Some(pack) => (usize::MAX, pack),
            None => (most, usize::MAX),
        };
        // No power of two is between them.
        if least.saturating_mul(2) >= most {
            continue;
        }
        let mut inside = behind.iter().skip_while(|token| *token == "(");
        let value = inside.next()?;
        if inside.next().is_none_or(|next| next != ")") {
            return Some(format!("{word}({value} ...)"));
        }
        match value
            .trim_end_matches(['u', 'U', 'l', 'L'])
            .parse::<usize>()
        {
            Ok(value) if value.min(pack) <= least || value >= most => {}
            Ok(value) => return Some(format!("{word}({value})")),
            Err(_) => return Some(format!("{word}({value})")),
        }
    }
    None
}

/// What a `#pragma pack` that is in force, or stands anywhere in them, leaves; the most, where that is no number.
fn packed_to(tokens: &[String]) -> Option<usize> {
    let mut pragmas = tokens.iter().filter(|token| token.starts_with('#'));
    pragmas.find_map(|token| match token.strip_prefix(PACK) {
        Some(number) => Some(number.parse().unwrap_or(usize::MAX)),
        None => token.starts_with("#pragma pack").then_some(usize::MAX),
    })
}

/// What an attribute that stands in this place is about: the member, with all that is in braces in it, or the whole.
fn aligned(tokens: &[String], at: usize) -> &[String] {
    let (before, behind) = tokens.split_at_checked(at).unwrap_or_default();
    let length = |words: &mut dyn Iterator<Item = &String>, opens: &str, closes: &str| {
        let mut depth = 0_usize;
        let mut length = 0;
        for word in words {
            match word.as_str() {
                ";" if depth == 0 => break,
                word if word == opens => depth += 1,
                word if word == closes => match depth.checked_sub(1) {
                    Some(outer) => depth = outer,
                    None => break,
                },
                _ => {}
            }
            length += 1;
        }
        length
    };
    let begin = at - length(&mut before.iter().rev(), "}", "{");
    let end = at + length(&mut behind.iter(), "{", "}");
    tokens.get(begin..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::tokens::tokens;

    fn abi(name: &str) -> &'static Abi {
        layout::Abis::builtin().get(name).unwrap()
    }

    fn words(text: &str) -> Vec<String> {
        tokens(text).map(str::to_owned).collect()
    }

    #[test]
    fn what_is_between_a_machines_alignment_and_the_readers_is_hidden() {
        const AVR: &str = "avr-gcc";
        const M68K: &str = "m68k-sysv";
        const I386: &str = "i386-sysv";
        for (text, machine, hidden) in [
            (
                "int v __attribute__((aligned(2)));",
                AVR,
                Some("aligned(2)"),
            ),
            ("int v __attribute__((aligned(2)));", M68K, None),
            (
                "long long v __attribute__((__aligned__ (4U)));",
                M68K,
                Some("__aligned__(4)"),
            ),
            (
                "_Alignas(8) char a; char b __attribute__((aligned(1)));",
                AVR,
                None,
            ),
            (
                "_Alignas(long long) char a;",
                AVR,
                Some("_Alignas(long ...)"),
            ),
            (
                "int a __attribute__((aligned(1 + 1)));",
                AVR,
                Some("aligned(1 ...)"),
            ),
            (
                "int a __attribute__((aligned(0x2)));",
                AVR,
                Some("aligned(0x2)"),
            ),
            ("char a __attribute__((aligned));", AVR, None),
            (
                "long double a __attribute__((aligned(8)));",
                I386,
                Some("aligned(8)"),
            ),
            (
                "long double a __attribute__((aligned(8)));",
                "sparc64-sysv",
                None,
            ),
            ("double a __attribute__((aligned(4)));", I386, None),
            (
                "typedef int v __attribute__((vector_size(32), aligned(16)));",
                "s390x-elf",
                Some("aligned(16)"),
            ),
            // Of the member, and not of the one beside it.
            (
                "struct s { float f __attribute__((aligned(8))); long double w; };",
                I386,
                None,
            ),
            (
                "struct s { float f; long double w; } __attribute__((aligned(8)));",
                I386,
                Some("aligned(8)"),
            ),
            (
                "struct s { struct { long double w; } in __attribute__((aligned(8))); };",
                I386,
                Some("aligned(8)"),
            ),
            (
                "struct __attribute__((aligned(8))) s { float f; long double w; };",
                I386,
                Some("aligned(8)"),
            ),
            (
                "struct s { wide w __attribute__((aligned(8))); };",
                I386,
                Some("aligned(8)"),
            ),
            // Of a type that asks for 8 where it was read.
            (
                "struct s { asks w __attribute__((aligned(8))); };",
                I386,
                Some("aligned(8)"),
            ),
            (
                "struct s { asks w __attribute__((aligned(8))); };",
                "arm-aapcs",
                None,
            ),
        ] {
            let named = Most::from([("wide", WIDEST), ("asks", USUAL | 1)]);
            let found = asked(&words(text), abi(machine), &named);
            assert_eq!(found.as_deref(), hidden, "{text} on {machine}");
        }
    }

    #[test]
    fn what_types_are_made_of_is_followed_and_not_for_ever() {
        let text = Text::of(
            "# 1 \"a.h\"\ntypedef long double wide;\nstruct in { wide w; };\nstruct list { struct list *next; struct in in __attribute__((aligned(8))); } __attribute__((aligned(8)));\nstruct plain { struct plain *next; int much __attribute__((aligned(8))); };\nstruct __attribute__((aligned(_Alignof(long)))) asks { char c; };\n",
            false,
        );
        let is_hidden = |name| alignment(&text, &text.reach(name), abi("i386-sysv")).is_some();
        assert!(is_hidden("struct list"));
        assert!(!is_hidden("struct plain"));
        assert!(!is_hidden("struct asks"));
    }

    #[test]
    fn a_pragma_cuts_an_alignment_down_to_what_others_have_by_themselves() {
        for (pack, machine, is_hidden) in [
            ("4", "m68k-sysv", true),
            ("2", "m68k-sysv", false),
            ("4", "i386-sysv", false),
            ("8", "i386-sysv", true),
            ("PACKING", "m68k-sysv", true),
        ] {
            let mut words = words("int v __attribute__((aligned(16)));");
            words.insert(0, format!("{PACK}{pack}"));
            let found = asked(&words, abi(machine), &Most::new());
            assert_eq!(found.is_some(), is_hidden, "{pack} on {machine}");
        }
    }

    #[test]
    fn in_cxx_an_alignment_may_be_taken_no_notice_of() {
        for (text, machine, found) in [
            ("alignas(16) int x;", "avr-gcc", Some("alignas(16)")),
            ("alignas(8) int x;", "avr-gcc", None),
            ("alignas(16) int x;", "m68k-sysv", None),
            (
                "[[gnu::aligned(32)]] int x;",
                "avr-gcc",
                Some("aligned(32)"),
            ),
            ("int x __attribute__((aligned(32)));", "avr-gcc", None),
        ] {
            let ignored = ignored(&words(text), abi(machine));
            assert_eq!(ignored.as_deref(), found, "{text}");
        }
    }
}
