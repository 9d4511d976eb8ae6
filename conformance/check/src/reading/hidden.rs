//! Alignments that a compiler of another machine does not show: an attribute that asks for less than it aligns by itself changes nothing there, and leaves no trace.

use layout::Abi;
use layout::abi::Scalar;

use super::text::Text;

const WORDS: [&str; 4] = ["aligned", "__aligned__", "_Alignas", "alignas"];

/// What no scalar is aligned to less than on the machines that read for others, where it has 64 bits.
const USUAL: usize = 8;

/// Why a type may be aligned otherwise on this machine than the compiler that read it shows; `None` where it may not.
pub(super) fn alignment(text: &Text, name: &str, machine: &Abi) -> Option<String> {
    let least = machine.align(Scalar::Int64);
    if !is_small(least) {
        return None;
    }
    let reach = text.reach(name);
    let mut declarations = reach.names.values().flatten();
    declarations.find_map(|one| {
        let ignored = || {
            let asked = ignored(&one.tokens, least).filter(|_| text.is_cxx())?;
            Some(format!(
                "some versions of this machine's compiler take no notice of `{asked}`"
            ))
        };
        let asked = asked(&one.tokens, least).map(|asked| {
            format!("`{asked}` may be less than the compiler that read it aligns by itself, which shows nothing of it")
        });
        asked.or_else(ignored)
    })
}

/// Whether such an alignment stands anywhere in the user's text, for one of these machines.
pub(super) fn is_anywhere<'a>(text: &Text, machines: impl IntoIterator<Item = &'a Abi>) -> bool {
    let aligns = machines
        .into_iter()
        .map(|abi| abi.align(Scalar::Int64))
        .filter(|align| is_small(*align));
    let least = aligns.min();
    least.is_some_and(|least| {
        let is_ignored = || text.is_cxx() && ignored(text.own(), least).is_some();
        asked(text.own(), least).is_some() || is_ignored()
    })
}

/// Where 64 bits are aligned to so little, 32 bits or 64 may be asked to be aligned to more.
fn is_small(align: usize) -> bool {
    align < 4
}

/// An alignment in the way of C++11 that GCC 5, which is what Debian has for AVR, takes no notice of: it compares the octets with the most that the machine aligns to, in bits. Other versions do as they are told.
///
/// GCC 5.4, cp/tree.c: `check_cxx_fundamental_alignment_constraints`.
fn ignored(tokens: &[String], least: usize) -> Option<String> {
    let mut before = "";
    for (at, word) in tokens.iter().enumerate() {
        let is_standard = word == "alignas";
        let is_attribute = WORDS.contains(&word.as_str()) && before == ":";
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

fn asked(tokens: &[String], least: usize) -> Option<String> {
    let mut rest = tokens;
    while let [word, behind @ ..] = rest {
        rest = behind;
        if !WORDS.contains(&word.as_str()) || behind.first().is_none_or(|next| next != "(") {
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
            Ok(value) if value <= least || value >= USUAL => {}
            Ok(value) => return Some(format!("{word}({value})")),
            Err(_) => return Some(format!("{word}({value})")),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::tokens::tokens;

    #[test]
    fn what_is_between_a_machines_alignment_and_the_usual_one_is_hidden() {
        for (text, least, hidden) in [
            ("int v __attribute__((aligned(2)));", 1, Some("aligned(2)")),
            ("int v __attribute__((aligned(2)));", 2, None),
            (
                "long long v __attribute__((__aligned__ (4U)));",
                2,
                Some("__aligned__(4)"),
            ),
            (
                "_Alignas(8) char a; char b __attribute__((aligned(1)));",
                1,
                None,
            ),
            ("_Alignas(long long) char a;", 1, Some("_Alignas(long ...)")),
            (
                "int a __attribute__((aligned(1 + 1)));",
                1,
                Some("aligned(1 ...)"),
            ),
            (
                "int a __attribute__((aligned(0x2)));",
                1,
                Some("aligned(0x2)"),
            ),
            ("char a __attribute__((aligned));", 1, None),
        ] {
            let tokens: Vec<String> = tokens(text).map(str::to_owned).collect();
            assert_eq!(asked(&tokens, least).as_deref(), hidden, "{text}");
        }
    }

    #[test]
    fn in_cxx_an_alignment_may_be_taken_no_notice_of() {
        for (text, least, found) in [
            ("alignas(16) int x;", 1, Some("alignas(16)")),
            ("alignas(8) int x;", 1, None),
            ("alignas(16) int x;", 2, None),
            ("[[gnu::aligned(32)]] int x;", 1, Some("aligned(32)")),
            ("int x __attribute__((aligned(32)));", 1, None),
        ] {
            let tokens: Vec<String> = tokens(text).map(str::to_owned).collect();
            assert_eq!(ignored(&tokens, least).as_deref(), found, "{text}");
        }
    }
}
