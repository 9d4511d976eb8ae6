//! Macros in `#pragma pack`: GCC expands none there, says so only with `-Wall`, and packs nothing; Clang and Microsoft's compiler read the number.

use layout::Abi;
use layout::abi::{BitFieldPacking, Dialect};

use super::text::{PACK, Reach, Text};

/// Why a type that GCC read may be packed on a machine, where its compiler would have read a macro; `None` where that cannot be.
pub(super) fn unread(text: &Text, reach: &Reach, machine: &Abi) -> Option<String> {
    if !reads_macros(machine) {
        return None;
    }
    if !reach.words().pack {
        return None;
    }
    let tokens = reach.names.values().flatten().flat_map(|one| &one.tokens);
    let mut packs = tokens.filter_map(|token| token.strip_prefix(PACK));
    let pack = packs.find(|pack| is_macro(text, pack))?;
    Some(format!(
        "the compiler that read it takes no macro in `#pragma pack({pack})`, and packs nothing; this machine's does: write the number"
    ))
}

/// Whether there is such a pragma in the user's text.
pub(super) fn is_anywhere(text: &Text) -> bool {
    let tokens = text.own().iter();
    let mut pragmas = tokens.filter_map(|token| token.strip_prefix("#pragma pack"));
    pragmas.any(|pragma| words(pragma).any(|word| is_macro(text, word)))
}

fn reads_macros(abi: &Abi) -> bool {
    abi.compiler() == Dialect::Clang || abi.bit_field_packing() == BitFieldPacking::Msvc
}

/// Whether a word is no number, and no label that a later pragma takes back.
fn is_macro(text: &Text, word: &str) -> bool {
    let is_name = word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let takes_back = |pragma: &str| {
        let mut words = words(pragma);
        words.next() == Some("pop") && words.any(|label| label == word)
    };
    let tokens = text.own().iter();
    let mut pragmas = tokens.filter_map(|token| token.strip_prefix("#pragma pack"));
    is_name && !matches!(word, "push" | "pop" | "show") && !pragmas.any(takes_back)
}

fn words(pragma: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    pragma
        .split(move |c| !is_word(c))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_macro_is_told_from_a_number_and_a_label() {
        let windows = layout::Abis::builtin().get("x86_64-windows").unwrap();
        let linux = layout::Abis::builtin().get("x86_64-sysv").unwrap();
        for (pragma, is_open) in [
            ("#pragma pack(PACKING)", true),
            ("#pragma pack(push, PACKING)", true),
            ("#pragma pack(push, here, PACKING)", true),
            ("#pragma pack(push, 1)", false),
            ("#pragma pack(push, here, 1)", false),
            ("#pragma pack(push, here)\n#pragma pack(pop, here)", false),
            ("#pragma pack(PACKING)\n#pragma pack()", false),
        ] {
            let text = Text::of(
                &format!("# 1 \"a.h\"\n{pragma}\nstruct s {{ char c; int i; }};\n"),
                false,
            );
            let on = |abi| unread(&text, &text.reach("struct s"), abi).is_some();
            assert_eq!(on(windows), is_open, "{pragma}");
            assert!(!on(linux), "{pragma}");
            assert!(!is_open || is_anywhere(&text), "{pragma}");
        }
    }
}
